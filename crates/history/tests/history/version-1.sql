-- A history as version 1 of its layout has it, of the receipt results/epyc-2-cpus-kvm/2026-11-27.json. Never changed:
-- it stands for the files that people have.
PRAGMA foreign_keys = OFF;
PRAGMA application_id = 1667394408;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE point (
        series INTEGER NOT NULL REFERENCES series (id),
        time INTEGER NOT NULL,
        receipt INTEGER NOT NULL REFERENCES receipt (id),
        mean REAL NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        quiet REAL NOT NULL,
        checked INTEGER NOT NULL,
        crc INTEGER NOT NULL,
        PRIMARY KEY (series, time, receipt)
    ) STRICT, WITHOUT ROWID;
INSERT INTO "point" VALUES(1,1795781079000000,1,16749.811370057578,16367.821357359706,17131.92039532658,17620.84572464379,1,2879497501);
INSERT INTO "point" VALUES(2,1795781079000000,1,1754.0812582222065,1623.6766810052209,1866.255340810343,1868.7721779969875,1,3508702077);
CREATE TABLE receipt (
        id INTEGER PRIMARY KEY,
        seal BLOB NOT NULL UNIQUE CHECK (length(seal) = 32),
        time INTEGER NOT NULL,
        revision TEXT,
        source TEXT NOT NULL,
        verified INTEGER NOT NULL,
        unfit INTEGER NOT NULL,
        points INTEGER NOT NULL,
        crc INTEGER NOT NULL
    ) STRICT;
INSERT INTO "receipt" VALUES(1,X'8DED5CBE94D9FD461EC99DC62D763355FDFC1BCCD328ED5344FF0BA0CC432940',1795781079000000,'f069ce1513a50fa49fe605041d6fe7cce8390a08','2026-11-27.json',1,0,2,1301772341);
CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        machine TEXT NOT NULL,
        benchmark TEXT NOT NULL,
        subject TEXT NOT NULL,
        kernel TEXT NOT NULL,
        crc INTEGER NOT NULL,
        UNIQUE (machine, benchmark, subject, kernel)
    ) STRICT;
INSERT INTO "series" VALUES(1,'2 x AMD EPYC (x86_64, virtual)','slo_validation/display_heavy_slo_80mbps','copybook-decode','',733930558);
INSERT INTO "series" VALUES(2,'2 x AMD EPYC (x86_64, virtual)','slo_validation/comp3_heavy_slo_40mbps','copybook-decode','',222847272);
CREATE INDEX point_of_receipt ON point (receipt);
COMMIT;
