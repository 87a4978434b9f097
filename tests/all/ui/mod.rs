//! The interface by its accessible names: every control is found, operated, and says what it did by its command.
