//! More answers than are wanted.

use hotlight::dicom::DataSet;
use hotlight::net::dimse;
use hotlight::net::{Level, Query};
use tempfile::TempDir;

use super::support::*;

/// Against an archive of ours, and against dcmqrscp, which may have answered all before it hears of it.
#[test]
fn answers_beyond_the_limit_are_called_off_and_that_is_said() {
    let held = TempDir::new().expect("a folder");
    let uid = study(held.path());
    let series = DataSet::read(&hotlight::dicom::Source::file(&files(held.path())[0])).expect("a header");
    let series = series.attributes().text(tag("SeriesInstanceUID")).expect("its UID");
    let dcmtk = Dcmqrscp::start();
    send_all(&peer(dcmtk.port), held.path());
    for port in [serve(held.path(), vec![known(US, None)]), dcmtk.port] {
        let query = Query::of(&uid, Some(&series), Some(""));
        assert_eq!(query.level, Level::Image);
        let mut answers = Vec::new();
        let mut ask = |limit| {
            answers.clear();
            let found = wait(dimse::find(&peer(port), &query, limit, |answer| {
                answers.extend(answer.attributes().text(tag("SOPInstanceUID")));
            }));
            let found = found.expect("found");
            (found.count, answers.len(), found.is_truncated)
        };
        assert_eq!(ask(2), (2, 2, true));
        assert_eq!(ask(6), (6, 6, false));
        assert_eq!(ask(0), (0, 0, true));
    }
}
