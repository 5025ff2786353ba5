package kat.cli.bundle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What a bundle holds: its first file, which names every other with size and digest.
///
/// @param kat the version that made it
/// @param architecture of the machines it is for, in Go's words
/// @param images by full name, with the digest of manifest or index
/// @param charts with the version of each
/// @param addons whose images are in it, with the version of each one's chart
/// @param files in the order in which they follow
public record BundleIndex(
        String kat,
        String architecture,
        List<Named> images,
        List<Named> charts,
        List<Named> addons,
        List<File> files) {

    /// The name of this file.
    static final String NAME = "kat-bundle.json";

    /// The last file: the digest of this one.
    static final String DIGEST_NAME = "kat-bundle.digest";

    /// Its size at most, in bytes.
    static final int LARGEST = 4 << 20;

    static final String LAYOUT = "oci-layout";
    static final String OCI_INDEX = "index.json";
    static final String CHARTS = "charts/";
    static final String BLOBS = "blobs/sha256/";

    private static final int VERSION = 1;
    private static final int MOST_FILES = 10_000;
    private static final Pattern CHART = Pattern.compile(CHARTS + "[A-Za-z0-9._+-]{1,200}\\.tgz");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    /// @param version of a chart, or the digest of an image
    public record Named(String name, String version) {}

    /// @param name in the archive
    /// @param size in bytes
    /// @param digest `sha256:…` of its bytes
    public record File(String name, long size, String digest) {

        boolean isChart() {
            return name.startsWith(CHARTS);
        }

        private boolean isSound() {
            boolean isKnown =
                    name.equals(LAYOUT)
                            || name.equals(OCI_INDEX)
                            || CHART.matcher(name).matches()
                            || name.equals(digest.replaceFirst("^sha256:", BLOBS));
            return isKnown && size >= 0 && DIGEST.matcher(digest).matches();
        }
    }

    public BundleIndex {
        images = List.copyOf(images);
        charts = List.copyOf(charts);
        addons = List.copyOf(addons);
        files = List.copyOf(files);
    }

    /// The bytes of all files that follow.
    public long size() {
        return files.stream().mapToLong(File::size).sum();
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("bundleVersion", VERSION)
                .put("kat", kat)
                .put("architecture", architecture)
                .put("images", array(images, each -> named(each, "digest")))
                .put("charts", array(charts, each -> named(each, "version")))
                .put("addons", array(addons, each -> named(each, "version")))
                .put(
                        "files",
                        array(
                                files,
                                file ->
                                        JsonObject.of("name", Json.of(file.name()))
                                                .with("size", file.size())
                                                .with("digest", file.digest())))
                .build();
    }

    private static JsonObject named(Named each, String key) {
        return JsonObject.of("name", Json.of(each.name())).with(key, each.version());
    }

    private static <T> JsonArray array(List<T> items, Function<T, JsonObject> toJson) {
        return new JsonArray(items.stream().<Json>map(toJson).toList());
    }

    /// @throws BundleException when it is of another version, or names a file that no bundle has
    static BundleIndex of(JsonObject tree) {
        long version = tree.integer("bundleVersion", 0);
        if (version != VERSION) {
            throw new BundleException(
                    "it is a bundle of version " + version + ", and this KAT reads " + VERSION);
        }
        List<File> files = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonObject file : tree.array("files").objects()) {
            File each =
                    new File(file.string("name"), file.integer("size", -1), file.string("digest"));
            if (!each.isSound() || !names.add(each.name())) {
                throw new BundleException("its index has no sense at \"" + each.name() + "\"");
            }
            files.add(each);
        }
        if (files.size() > MOST_FILES || !names.contains(OCI_INDEX)) {
            throw new BundleException("its index names too many files, or not " + OCI_INDEX);
        }
        return new BundleIndex(
                tree.string("kat"),
                tree.string("architecture"),
                named(tree.array("images"), "digest"),
                named(tree.array("charts"), "version"),
                named(tree.array("addons"), "version"),
                files);
    }

    private static List<Named> named(JsonArray array, String key) {
        return array.objects().stream()
                .map(each -> new Named(each.string("name"), each.string(key)))
                .toList();
    }
}
