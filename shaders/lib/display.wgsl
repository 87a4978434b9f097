// P-value to driving level by the table of one monitor. PS3.14 7.
//
// CPU twin: `src/grayscale/display.rs`, `DisplayTable::at`. Curves are computed there, in double precision: the card
// only looks up.

#import lib/gray

fn driving_level(table: texture_2d<u32>, p_value: u32) -> u32 {
    return table_entry(table, p_value);
}
