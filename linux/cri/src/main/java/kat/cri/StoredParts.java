package kat.cri;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import kat.cri.ContainerRuntimeException.Code;
import org.jspecify.annotations.Nullable;

/// The parts of an image in containerd's content store.
final class StoredParts implements StoredImage {

    private final ContentStore store;
    private final String what;
    private final List<Blob> parts;

    /// @param store closed with this, also when the image cannot be had
    /// @param name in full
    /// @param what is done, for messages
    /// @throws ContainerRuntimeException when the image, or a part of it, is not there
    StoredParts(ContentStore store, String name, String what) {
        this.store = store;
        this.what = what;
        SequencedSet<Blob> found = new LinkedHashSet<>();
        boolean isWhole = false;
        try {
            collect(store.target(name), found);
            isWhole = true;
        } catch (JsonParseException e) {
            throw failed(Code.DATA_LOSS, String.valueOf(e.getMessage()), e);
        } finally {
            if (!isWhole) {
                store.close();
            }
        }
        this.parts = List.copyOf(found);
    }

    private void collect(Blob target, SequencedSet<Blob> found) {
        require(target);
        found.add(target);
        JsonObject document =
                Json.object(new String(store.read(target.digest()), StandardCharsets.UTF_8));
        boolean isIndex = document.has("manifests");
        if (!isIndex) {
            Blob config = OciDocuments.blob(Json.object(document, "config"));
            require(config);
            found.add(config);
        }
        int before = found.size();
        for (JsonObject child : Json.objects(document, isIndex ? "manifests" : "layers")) {
            Blob part = OciDocuments.blob(child);
            if (!isIndex) {
                require(part);
                found.add(part);
            } else if (store.has(part.digest())) {
                collect(part, found);
            }
        }
        if (isIndex && found.size() == before) {
            throw failed(Code.NOT_FOUND, "no manifest of its index is here; pull it again", null);
        }
    }

    private void require(Blob part) {
        if (!store.has(part.digest())) {
            throw failed(
                    Code.NOT_FOUND,
                    "its part " + part.digest() + " is not here any longer; pull it again",
                    null);
        }
    }

    private ContainerRuntimeException failed(Code code, String words, @Nullable Throwable cause) {
        return new ContainerRuntimeException(code, what, words, cause);
    }

    @Override
    public List<Blob> parts() {
        return parts;
    }

    @Override
    public void copy(Blob part, OutputStream out) throws IOException {
        store.copy(part, out);
    }

    @Override
    public void close() {
        store.close();
    }
}
