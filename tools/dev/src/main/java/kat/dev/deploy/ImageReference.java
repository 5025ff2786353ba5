package kat.dev.deploy;

/// A reference to an image in its parts.
///
/// @param repository with its registry, without tag and digest
/// @param tag empty when there is none
/// @param digest with its algorithm; empty when there is none
record ImageReference(String repository, String tag, String digest) {

    static ImageReference of(String reference) {
        int at = reference.indexOf('@');
        String named = at < 0 ? reference : reference.substring(0, at);
        String digest = at < 0 ? "" : reference.substring(at + 1);
        int colon = named.lastIndexOf(':');
        boolean hasTag = colon > named.lastIndexOf('/');
        return new ImageReference(
                hasTag ? named.substring(0, colon) : named,
                hasTag ? named.substring(colon + 1) : "",
                digest);
    }

    /// The registry; empty when the name has none.
    String domain() {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
        return isHost ? first : "";
    }

    String withoutDomain() {
        String domain = domain();
        return domain.isEmpty() ? repository : repository.substring(domain.length() + 1);
    }
}
