-- A recording whose title a waiting sound misspells is found among the sounds that name its artist.
create index sounds_open_artists on sounds using gin (artist_keys) where status in ('submitted', 'waiting', 'review');
