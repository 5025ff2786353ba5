package kat.client;

/// What a watch asks for. Bookmarks are always sent.
///
/// @param namespace empty for all
/// @param labelSelector in the string form of the API; empty for all
/// @param fieldSelector in the string form of the API; empty for all
/// @param afterRevision changes after this revision; 0 sends what exists first
public record WatchQuery(
        String namespace, String labelSelector, String fieldSelector, long afterRevision) {

    public static WatchQuery after(long revision) {
        return new WatchQuery("", "", "", revision);
    }
}
