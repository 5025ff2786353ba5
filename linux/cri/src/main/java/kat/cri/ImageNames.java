package kat.cri;

/// Full names of images.
public final class ImageNames {

    private ImageNames() {}

    /// Completes what a user writes: `nginx` is `docker.io/library/nginx:latest`. Ids and names
    /// with a digest keep it.
    public static String full(String reference) {
        if (reference.startsWith("sha256:")) {
            return reference;
        }
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        boolean hasDomain = first.contains(".") || first.contains(":") || first.equals("localhost");
        String name = reference;
        if (!hasDomain) {
            name = "docker.io/" + (slash < 0 ? "library/" : "") + reference;
        } else if (first.equals("docker.io") && reference.indexOf('/', slash + 1) < 0) {
            name = "docker.io/library/" + reference.substring(slash + 1);
        }
        boolean hasTag = name.indexOf(':', name.lastIndexOf('/')) >= 0;
        return hasTag || name.contains("@") ? name : name + ":latest";
    }

    /// The name under which a runtime keeps what a user writes: of a tag and a digest, the digest
    /// counts.
    static String stored(String reference) {
        String full = full(reference);
        int at = full.indexOf('@');
        int tag = at < 0 ? -1 : full.indexOf(':', full.lastIndexOf('/', at));
        return tag >= 0 && tag < at ? full.substring(0, tag) + full.substring(at) : full;
    }
}
