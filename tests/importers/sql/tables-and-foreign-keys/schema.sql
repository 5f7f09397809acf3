PRAGMA foreign_keys = ON;
CREATE TABLE "Artist" (
    "ArtistId" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "Name" NVARCHAR(120)
);
CREATE TABLE "Album" (
    "AlbumId" INTEGER NOT NULL,
    "Title" NVARCHAR(160) NOT NULL DEFAULT 'a; b',
    "ArtistId" INTEGER NOT NULL,
    CONSTRAINT "PK_Album" PRIMARY KEY ("AlbumId"),
    FOREIGN KEY ("ArtistId") REFERENCES "Artist" ("ArtistId") ON DELETE NO ACTION
);
CREATE INDEX "IFK_AlbumArtistId" ON "Album" ("ArtistId");
INSERT INTO "Artist" VALUES (1, 'AC/DC');
