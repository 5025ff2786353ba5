package kat.dev.build;

import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kat.dev.build.BuiltImage.Blob;
import kat.dev.config.DevException;

/// Registries, spoken to by the OCI distribution protocol with what docker knows of the user.
///
/// Loopback names and those called insecure are spoken to without TLS.
public final class RegistryTarget implements Target {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final Map<URI, RegistrySession> sessions = new HashMap<>();
    private final ImageStore store;
    private final Credentials credentials;
    private final List<String> insecure;

    /// @param insecure hosts, with their port, that are spoken to without TLS
    public RegistryTarget(ImageStore store, Credentials credentials, List<String> insecure) {
        this.store = store;
        this.credentials = credentials;
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
        RegistrySession session = session(base, host);
        byte[] manifest = image.manifest();
        String digest = "sha256:" + Digest.of(manifest);
        URI place = base.resolve(path + "/manifests/" + tag);
        if (!has(session, place, digest)) {
            List<Blob> blobs = new ArrayList<>(image.layers());
            blobs.add(image.config());
            for (Blob blob : blobs) {
                push(session, base, path, blob);
            }
            HttpRequest.Builder put =
                    HttpRequest.newBuilder(place)
                            .header("Content-Type", BuiltImage.MANIFEST)
                            .PUT(BodyPublishers.ofByteArray(manifest));
            expect(CREATED, session.send(put), "the manifest of " + name);
        }
        return name + ":" + tag + "@" + digest;
    }

    private boolean isPlain(String host) {
        String bare = host.contains(":") ? host.substring(0, host.indexOf(':')) : host;
        return bare.equals("localhost") || bare.startsWith("127.") || insecure.contains(host);
    }

    private RegistrySession session(URI base, String host) throws InterruptedException {
        RegistrySession known = sessions.get(base);
        if (known != null) {
            return known;
        }
        RegistrySession session = new RegistrySession(client, base, credentials.of(host));
        sessions.put(base, session);
        return session;
    }

    private static boolean has(RegistrySession session, URI manifest, String digest)
            throws InterruptedException {
        HttpRequest.Builder head =
                HttpRequest.newBuilder(manifest)
                        .header("Accept", BuiltImage.MANIFEST)
                        .method("HEAD", BodyPublishers.noBody());
        HttpResponse<String> answer = session.send(head);
        return answer.statusCode() == OK
                && answer.headers().firstValue("Docker-Content-Digest").orElse("").equals(digest);
    }

    private void push(RegistrySession session, URI base, String path, Blob blob)
            throws InterruptedException {
        String digest = "sha256:" + blob.digest();
        HttpRequest.Builder head =
                HttpRequest.newBuilder(base.resolve(path + "/blobs/" + digest))
                        .method("HEAD", BodyPublishers.noBody());
        if (session.send(head).statusCode() == OK) {
            return;
        }
        HttpRequest.Builder begin =
                HttpRequest.newBuilder(base.resolve(path + "/blobs/uploads/"))
                        .POST(BodyPublishers.noBody());
        HttpResponse<String> begun = session.send(begin);
        expect(ACCEPTED, begun, "an upload");
        String at = begun.headers().firstValue("Location").orElse("");
        URI upload = base.resolve(at);
        String query = upload.getRawQuery();
        URI whole = URI.create(upload + (query == null ? "?" : "&") + "digest=" + digest);
        HttpRequest.Builder put =
                HttpRequest.newBuilder(whole)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(file(blob));
        expect(CREATED, session.send(put), "a part of the image");
    }

    private BodyPublisher file(Blob blob) {
        try {
            return BodyPublishers.ofFile(store.path(blob));
        } catch (FileNotFoundException e) {
            throw new DevException("a part of an image is gone", e);
        }
    }

    private static void expect(int code, HttpResponse<String> answer, String what) {
        if (answer.statusCode() == UNAUTHORIZED || answer.statusCode() == FORBIDDEN) {
            throw new DevException(
                    "the registry "
                            + answer.uri().getAuthority()
                            + " does not let this user push; `docker login`, `podman login` or"
                            + " `skopeo login` leaves the credentials that are used");
        }
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
