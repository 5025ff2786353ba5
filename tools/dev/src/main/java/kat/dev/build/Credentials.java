package kat.dev.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.dev.config.DevException;
import kat.dev.process.Shell;

/// Who one is for registries, as `docker login` and its like leave it: `auths`, `credHelpers`
/// and `credsStore` of docker's `config.json`.
///
/// The file lies in the folder of `DOCKER_CONFIG`, else in `~/.docker`; `REGISTRY_AUTH_FILE`
/// and podman's file come after it.
///
/// **Source:** docker's documentation of `docker login`; the protocol of `docker-credential-*`.
public final class Credentials {

    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private final Shell shell;

    public Credentials(Shell shell) {
        this.shell = shell;
    }

    /// A name with its password, or with a token that stands for both.
    ///
    /// @param token for the registry's own token service; empty for a name and a password
    public record Login(String name, String password, String token) {

        /// The value of a header `Authorization`.
        String basic() {
            String pair = name + ":" + password;
            return "Basic "
                    + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }

        /// Tells nothing secret.
        @Override
        public String toString() {
            return name;
        }
    }

    /// @param host with its port
    /// @throws DevException when a file or a helper is broken
    public Optional<Login> of(String host) throws InterruptedException {
        for (Path file : files()) {
            if (Files.isReadable(file)) {
                Optional<Login> found = of(read(file), host);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private List<Path> files() {
        Map<String, String> environment = shell.environment();
        String home = environment.getOrDefault("HOME", "/");
        Path docker = Path.of(environment.getOrDefault("DOCKER_CONFIG", home + "/.docker"));
        String run = environment.getOrDefault("XDG_RUNTIME_DIR", "/run/containers/0");
        String named = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
        return List.of(
                docker.resolve("config.json"),
                Path.of(named.isEmpty() ? run + "/containers/auth.json" : named));
    }

    private static JsonObject read(Path file) {
        try {
            return (JsonObject) Json.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new DevException("cannot read " + file, e);
        } catch (JsonException | ClassCastException e) {
            throw new DevException(file + " is not JSON: credentials of registries stand there");
        }
    }

    private Optional<Login> of(JsonObject config, String host) throws InterruptedException {
        List<String> names =
                host.equals("registry-1.docker.io") || host.equals("docker.io")
                        ? List.of(DOCKER_HUB, "docker.io", "index.docker.io")
                        : List.of(host, "https://" + host, "http://" + host);
        for (String name : names) {
            String helper = config.object("credHelpers").string(name, config.string("credsStore"));
            Optional<Login> login =
                    helper.isEmpty()
                            ? login(config.object("auths").object(name), host)
                            : asked(helper, name);
            if (login.isPresent()) {
                return login;
            }
        }
        return Optional.empty();
    }

    private static Optional<Login> login(JsonObject said, String host) {
        String token = said.string("identitytoken");
        if (!token.isEmpty()) {
            return Optional.of(new Login("", "", token));
        }
        String auth = said.string("auth");
        if (auth.isEmpty()) {
            return said.has("username")
                    ? Optional.of(new Login(said.string("username"), said.string("password"), ""))
                    : Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                String password = pair.substring(colon + 1);
                return Optional.of(new Login(pair.substring(0, colon), password, ""));
            }
        } catch (IllegalArgumentException notBase64) {
            throw new DevException(
                    "the credentials for " + host + " in docker's configuration are not base64",
                    notBase64);
        }
        throw new DevException(
                "the credentials for " + host + " in docker's configuration name nobody");
    }

    /// What a helper says; it ends with an error for hosts that it does not know.
    private Optional<Login> asked(String helper, String name) throws InterruptedException {
        String program = "docker-credential-" + helper;
        if (!shell.has(program)) {
            throw new DevException(
                    program + " is missing, which docker's configuration names for registries");
        }
        Shell.Result result =
                shell.run(Shell.Command.of(Path.of("/"), program, "get").reading(name));
        if (!result.isGood()) {
            return Optional.empty();
        }
        try {
            byte[] said = result.out().getBytes(StandardCharsets.UTF_8);
            JsonObject login = (JsonObject) Json.parse(said);
            String user = login.string("Username");
            String secret = login.string("Secret");
            return Optional.of(
                    user.equals("<token>")
                            ? new Login("", "", secret)
                            : new Login(user, secret, ""));
        } catch (JsonException | ClassCastException e) {
            // What it said may be secret.
            throw new DevException(program + " printed no JSON");
        }
    }
}
