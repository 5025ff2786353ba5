package kat.dev.build;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import kat.cri.TarReader;
import kat.dev.config.DevException;

/// The classes of a Java image on this machine, to compile against: its jars, and its folders
/// of classes as Jib lays them out.
public final class ImageClasses {

    private static final String FOLDER = "app/classes/";
    private static final int BUFFER_BYTES = 1 << 16;

    private ImageClasses() {}

    /// Unpacks what is not unpacked yet.
    ///
    /// @param folder for the classes of this image alone
    /// @return a class path
    public static List<Path> unpack(BuiltImage image, ImageStore store, Path folder) {
        Path isDone = folder.resolve("done");
        try {
            if (!Files.exists(isDone)) {
                Files.createDirectories(folder);
                for (BuiltImage.Blob layer : image.layers()) {
                    layer(store.path(layer), layer.mediaType().endsWith("gzip"), folder);
                }
                Files.writeString(isDone, "");
            }
            List<Path> paths = new ArrayList<>();
            if (Files.isDirectory(folder.resolve("classes"))) {
                paths.add(folder.resolve("classes"));
            }
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(paths::add);
            }
            return paths;
        } catch (IOException e) {
            throw new DevException("cannot unpack the classes of an image into " + folder, e);
        }
    }

    private static void layer(Path blob, boolean isCompressed, Path folder) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(blob), BUFFER_BYTES);
                InputStream in = isCompressed ? new GZIPInputStream(file, BUFFER_BYTES) : file) {
            TarReader tar = new TarReader(in);
            for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                Path to = place(entry, folder);
                if (to != null) {
                    Files.createDirectories(to.resolveSibling("."));
                    copy(tar, to);
                }
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Path place(
            TarReader.Entry entry, Path folder) {
        String name = entry.name();
        if (!entry.isFile()) {
            return null;
        }
        if (name.endsWith(".jar")) {
            return folder.resolve(name.substring(name.lastIndexOf('/') + 1));
        }
        Path classes = folder.resolve("classes");
        boolean isClass = name.startsWith(FOLDER) && name.endsWith(".class");
        Path to = isClass ? classes.resolve(name.substring(FOLDER.length())).normalize() : classes;
        return isClass && to.startsWith(classes) ? to : null;
    }

    private static void copy(TarReader tar, Path to) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
    }
}
