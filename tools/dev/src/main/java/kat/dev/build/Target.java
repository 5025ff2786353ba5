package kat.dev.build;

/// Where built images go.
public interface Target extends AutoCloseable {

    /// Makes an image available under names, unless it is so already.
    ///
    /// @param name without tag
    /// @return the reference by which manifests name exactly this image
    String deliver(BuiltImage image, String name, String tag) throws InterruptedException;

    /// What is said while images are delivered, such as `loading`.
    String verb();

    /// Whether builders are told to push, as `PUSH_IMAGE` says it.
    boolean isRegistry();

    @Override
    void close();

    /// Nowhere: for clusters without containers, and for `kat build` alone.
    static Target nowhere() {
        return new Target() {
            @Override
            public String deliver(BuiltImage image, String name, String tag) {
                return name + ":" + image.id();
            }

            @Override
            public String verb() {
                return "keeping";
            }

            @Override
            public boolean isRegistry() {
                return false;
            }

            @Override
            public void close() {
                // It holds nothing.
            }
        };
    }
}
