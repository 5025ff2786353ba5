package kat.client;

/// How a write is made.
///
/// @param subresource empty for the object itself
/// @param fieldManager who owns the fields; empty lets the server derive it from the user agent
/// @param cause the revision that made the caller act; 0 for none (a person, a clock)
/// @param dryRun whether all is checked and nothing stored
public record WriteOptions(String subresource, String fieldManager, long cause, boolean dryRun) {

    public static final WriteOptions NONE = new WriteOptions("", "", 0, false);

    public static WriteOptions by(String fieldManager) {
        return new WriteOptions("", fieldManager, 0, false);
    }

    public WriteOptions on(String newSubresource) {
        return new WriteOptions(newSubresource, fieldManager, cause, dryRun);
    }

    public WriteOptions because(long newCause) {
        return new WriteOptions(subresource, fieldManager, newCause, dryRun);
    }
}
