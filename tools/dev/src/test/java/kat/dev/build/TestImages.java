package kat.dev.build;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Images for tests.
public final class TestImages {

    private TestImages() {}

    /// An image without layers.
    public static BuiltImage of(ImageStore store, String config) {
        byte[] bytes = config.getBytes(StandardCharsets.UTF_8);
        return new BuiltImage(store.write(BuiltImage.CONFIG, bytes), List.of());
    }
}
