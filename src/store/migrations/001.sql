-- Texts are empty where an object says nothing. Times are milliseconds since 1970, UTC.

CREATE TABLE study (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    -- The name of its folder: a hash of the UID.
    place TEXT NOT NULL UNIQUE,
    patient_name TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex TEXT NOT NULL,
    age TEXT NOT NULL,
    date TEXT NOT NULL,
    time TEXT NOT NULL,
    description TEXT NOT NULL,
    accession TEXT NOT NULL,
    -- JSON arrays of texts.
    procedures TEXT NOT NULL,
    modalities TEXT NOT NULL DEFAULT '[]',
    body_parts TEXT NOT NULL DEFAULT '[]',
    laterality TEXT NOT NULL DEFAULT '',
    -- Counted by the triggers below.
    series INTEGER NOT NULL DEFAULT 0,
    instances INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    is_pinned INTEGER NOT NULL DEFAULT 0,
    last_read INTEGER NOT NULL,
    came_from TEXT,
    expected INTEGER
) STRICT;

CREATE INDEX study_bytes ON study (bytes);

CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    study INTEGER NOT NULL REFERENCES study ON DELETE CASCADE,
    uid TEXT NOT NULL,
    modality TEXT NOT NULL,
    number INTEGER,
    description TEXT NOT NULL,
    body_part TEXT NOT NULL,
    UNIQUE (study, uid)
) STRICT;

CREATE TABLE object (
    id INTEGER PRIMARY KEY,
    study INTEGER NOT NULL REFERENCES study ON DELETE CASCADE,
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    uid TEXT NOT NULL UNIQUE,
    sop_class TEXT NOT NULL,
    transfer_syntax TEXT NOT NULL,
    number INTEGER,
    frames INTEGER NOT NULL,
    laterality TEXT NOT NULL,
    -- Of the file.
    bytes INTEGER NOT NULL,
    -- CRC-32 of the data set.
    checksum INTEGER NOT NULL
) STRICT;

CREATE INDEX object_of_study ON object (study);
CREATE INDEX object_of_series ON object (series);

-- What waits until an archive has confirmed it.
CREATE TABLE outgoing (
    id INTEGER PRIMARY KEY,
    object INTEGER NOT NULL REFERENCES object ON DELETE CASCADE,
    peer TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL,
    why TEXT,
    UNIQUE (object, peer)
) STRICT;

CREATE TRIGGER series_comes AFTER INSERT ON series BEGIN
    UPDATE study SET
        series = series + 1,
        modalities = (SELECT json_group_array(DISTINCT modality) FROM series WHERE study = new.study AND modality <> ''),
        body_parts = (SELECT json_group_array(DISTINCT body_part) FROM series WHERE study = new.study AND body_part <> '')
    WHERE id = new.study;
END;

CREATE TRIGGER series_goes AFTER DELETE ON series BEGIN
    UPDATE study SET
        series = series - 1,
        modalities = (SELECT json_group_array(DISTINCT modality) FROM series WHERE study = old.study AND modality <> ''),
        body_parts = (SELECT json_group_array(DISTINCT body_part) FROM series WHERE study = old.study AND body_part <> '')
    WHERE id = old.study;
END;

CREATE TRIGGER object_comes AFTER INSERT ON object BEGIN
    UPDATE study SET
        instances = instances + 1,
        bytes = bytes + new.bytes,
        laterality = CASE
            WHEN new.laterality IN ('', laterality) THEN laterality
            WHEN laterality = '' THEN new.laterality
            ELSE 'B' END
    WHERE id = new.study;
END;

CREATE TRIGGER object_goes AFTER DELETE ON object BEGIN
    UPDATE study SET instances = instances - 1, bytes = bytes - old.bytes WHERE id = old.study;
END;
