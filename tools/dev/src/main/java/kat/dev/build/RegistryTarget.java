package kat.dev.build;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.dev.build.BuiltImage.Blob;
import kat.dev.config.DevException;

/// A registry, spoken to by the OCI distribution protocol without credentials.
///
/// Loopback names and those called insecure are spoken to without TLS.
public final class RegistryTarget implements Target {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final ImageStore store;
    private final List<String> insecure;

    /// @param insecure hosts, with their port, that are spoken to without TLS
    public RegistryTarget(ImageStore store, List<String> insecure) {
        this.store = store;
        this.insecure = List.copyOf(insecure);
    }

    /// The reference is `name:tag@digest`.
    @Override
    public String deliver(BuiltImage image, String name, String tag) throws InterruptedException {
        int slash = name.indexOf('/');
        String host = slash < 0 ? "" : name.substring(0, slash);
        if (!host.contains(".") && !host.contains(":") && !host.equals("localhost")) {
            throw new DevException(
                    name + " names no registry to push to; give --default-repo=HOST[:PORT]");
        }
        URI base = URI.create((isPlain(host) ? "http://" : "https://") + host);
        String path = "/v2/" + name.substring(slash + 1);
        byte[] manifest = image.manifest();
        String digest = "sha256:" + Digest.of(manifest);
        URI place = base.resolve(path + "/manifests/" + tag);
        if (!has(place, digest)) {
            List<Blob> blobs = new ArrayList<>(image.layers());
            blobs.add(image.config());
            for (Blob blob : blobs) {
                push(base, path, blob);
            }
            HttpRequest put =
                    request(place)
                            .header("Content-Type", BuiltImage.MANIFEST)
                            .PUT(BodyPublishers.ofByteArray(manifest))
                            .build();
            expect(CREATED, send(put), "the manifest of " + name);
        }
        return name + ":" + tag + "@" + digest;
    }

    private boolean isPlain(String host) {
        String bare = host.contains(":") ? host.substring(0, host.indexOf(':')) : host;
        return bare.equals("localhost") || bare.startsWith("127.") || insecure.contains(host);
    }

    private boolean has(URI manifest, String digest) throws InterruptedException {
        HttpRequest head =
                request(manifest)
                        .header("Accept", BuiltImage.MANIFEST)
                        .method("HEAD", BodyPublishers.noBody())
                        .build();
        HttpResponse<String> answer = send(head);
        return answer.statusCode() == OK
                && answer.headers().firstValue("Docker-Content-Digest").orElse("").equals(digest);
    }

    private void push(URI base, String path, Blob blob) throws InterruptedException {
        String digest = "sha256:" + blob.digest();
        HttpRequest head =
                request(base.resolve(path + "/blobs/" + digest))
                        .method("HEAD", BodyPublishers.noBody())
                        .build();
        if (send(head).statusCode() == OK) {
            return;
        }
        HttpRequest begin =
                request(base.resolve(path + "/blobs/uploads/"))
                        .POST(BodyPublishers.noBody())
                        .build();
        HttpResponse<String> begun = send(begin);
        expect(ACCEPTED, begun, "an upload");
        String at = begun.headers().firstValue("Location").orElse("");
        URI upload = base.resolve(at);
        String query = upload.getRawQuery();
        URI whole = URI.create(upload + (query == null ? "?" : "&") + "digest=" + digest);
        HttpRequest put =
                request(whole)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(file(blob))
                        .build();
        expect(CREATED, send(put), "a part of the image");
    }

    private BodyPublisher file(Blob blob) {
        try {
            return BodyPublishers.ofFile(store.path(blob));
        } catch (FileNotFoundException e) {
            throw new DevException("a part of an image is gone", e);
        }
    }

    private static HttpRequest.Builder request(URI place) {
        return HttpRequest.newBuilder(place).timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DevException(
                    "cannot reach the registry "
                            + request.uri().getAuthority()
                            + " (`kat addons enable registry` starts one at localhost:32000)",
                    e);
        }
    }

    private static void expect(int code, HttpResponse<String> answer, String what) {
        if (answer.statusCode() != code) {
            throw new DevException(
                    "the registry "
                            + answer.uri().getAuthority()
                            + " answered "
                            + answer.statusCode()
                            + " to "
                            + what
                            + ": "
                            + answer.body().strip());
        }
    }

    @Override
    public String verb() {
        return "pushing";
    }

    @Override
    public boolean isRegistry() {
        return true;
    }

    @Override
    public void close() {
        client.close();
    }
}
