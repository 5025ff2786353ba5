package kat.dev.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import kat.base.Ticker;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.CriRuntime;
import kat.dev.config.DevException;

/// The containerd of a cluster of this machine: images need no registry.
public final class ContainerdTarget implements Target {

    private final ContainerRuntime runtime;
    private final ImageStore store;

    /// @param socket of containerd
    public ContainerdTarget(Path socket, ImageStore store, Ticker ticker) {
        this(new CriRuntime(socket, ticker), store);
    }

    ContainerdTarget(ContainerRuntime runtime, ImageStore store) {
        this.runtime = runtime;
        this.store = store;
    }

    /// The reference is `name:id`: manifests change when, and only when, the image does.
    @Override
    public String deliver(BuiltImage image, String name, String tag) {
        String reference = name + ":" + image.id();
        try {
            if (runtime.images().status(reference).isPresent()) {
                return reference;
            }
            List<String> names = List.of(full(reference), full(name + ":" + tag));
            try (InputStream archive = Layout.of(image, store, names)) {
                List<String> unused = runtime.images().importArchive(archive);
            }
            return reference;
        } catch (IOException e) {
            throw new DevException("cannot load " + name, e);
        } catch (ContainerRuntimeException e) {
            throw new DevException("cannot load " + name + " into the cluster", e);
        }
    }

    /// A reference with its registry.
    static String full(String reference) {
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
            return reference;
        }
        return "docker.io/" + (slash < 0 ? "library/" : "") + reference;
    }

    @Override
    public String verb() {
        return "loading";
    }

    @Override
    public boolean isRegistry() {
        return false;
    }

    @Override
    public void close() {
        runtime.close();
    }
}
