package kat.client;

/// What a list asks for.
///
/// @param namespace empty for all
/// @param labelSelector in the string form of the API; empty for all
/// @param fieldSelector in the string form of the API; empty for all
/// @param limit at most so many, with a token for the rest; 0 for all
/// @param continueToken from the list before; empty for the first
public record ListQuery(
        String namespace,
        String labelSelector,
        String fieldSelector,
        int limit,
        String continueToken) {

    public static final ListQuery ALL = new ListQuery("", "", "", 0, "");

    public static ListQuery in(String namespace) {
        return new ListQuery(namespace, "", "", 0, "");
    }
}
