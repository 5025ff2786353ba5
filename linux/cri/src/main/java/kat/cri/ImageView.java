package kat.cri;

import java.util.List;

/// The files of an image as a file system that can be mounted, read-only.
///
/// **Source:** `containerd.types.Mount`.
///
/// @param type of the file system, `overlay`, or `bind` for a folder
/// @param source the folder, or what the type takes
/// @param options as `mount(8)` takes them, such as `ro` and `lowerdir=…`
public record ImageView(String type, String source, List<String> options) {

    public ImageView {
        options = List.copyOf(options);
    }
}
