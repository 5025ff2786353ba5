package kat.store.log;

import java.io.IOException;

/// A file holds something other than what was written and forced. Nothing was changed; restore the
/// files from a copy, or move the folder away to begin anew.
public final class DamageException extends IOException {

    private final String file;
    private final long offset;

    DamageException(String file, long offset, String what) {
        super(
                ("%s is damaged at offset %d: %s; restore the store's files from a copy,"
                                + " or move them away to begin with an empty store")
                        .formatted(file, offset, what));
        this.file = file;
        this.offset = offset;
    }

    /// Where the file lies.
    public String file() {
        return file;
    }

    /// The first byte of what cannot be read, from the file's beginning.
    public long offset() {
        return offset;
    }
}
