package kat.client.kubeconfig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The program by which a kubeconfig's user signs in (`exec`).
///
/// It gets no standard input, and its words on standard error reach the person. It may take a
/// quarter of an hour, since it may wait until the person has signed in somewhere.
///
/// **Threads:** any.
///
/// **Source:** `client.authentication.k8s.io/v1`, client-go's `plugin/pkg/client/auth/exec`.
final class ExecPlugin {

    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final int MOST_BYTES = 1 << 20;

    private static final String GROUP = "client.authentication.k8s.io/";
    private static final List<String> VERSIONS = List.of(GROUP + "v1", GROUP + "v1beta1");

    /// What a program of the group may be told of the cluster, by its names in a kubeconfig.
    private static final List<String> TOLD =
            List.of(
                    "server",
                    "tls-server-name",
                    "insecure-skip-tls-verify",
                    "certificate-authority-data",
                    "proxy-url",
                    "disable-compression");

    private final Kubeconfig kubeconfig;

    ExecPlugin(Kubeconfig kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    /// @param kubeconfig with what was given in place of the program
    /// @param until when that expires; null for never
    record Answer(Kubeconfig kubeconfig, @Nullable Instant until) {}

    /// Runs the program.
    ///
    /// @throws KubeconfigException when it cannot be run, or does not sign the user in
    Answer ask() {
        JsonObject exec = kubeconfig.user().object("exec");
        String version = exec.string("apiVersion");
        if (!VERSIONS.contains(version)) {
            throw failed("invalid apiVersion \"" + version + "\"", null);
        }
        if (exec.string("interactiveMode").equals("Always")) {
            throw failed("it cannot ask the person here (interactiveMode: Always)", null);
        }
        JsonObject answer = parsed(run(exec, version));
        if (!answer.string("apiVersion").equals(version)) {
            throw failed(
                    "it is configured to use "
                            + version
                            + ", but answered in "
                            + answer.string("apiVersion"),
                    null);
        }
        JsonObject status = answer.object("status");
        String certificate = status.string("clientCertificateData");
        String key = status.string("clientKeyData");
        if (certificate.isEmpty() != key.isEmpty()) {
            throw failed("it gave only a certificate or a key, not both", null);
        }
        if (status.string("token").isEmpty() && certificate.isEmpty()) {
            throw failed("it gave no token and no certificate", null);
        }
        JsonObject user = kubeconfig.user().without("exec");
        if (!certificate.isEmpty()) {
            user =
                    user.with("client-certificate-data", base64(certificate))
                            .with("client-key-data", base64(key));
        }
        if (!status.string("token").isEmpty()) {
            user = user.with("token", status.string("token"));
        }
        return new Answer(
                new Kubeconfig(
                        kubeconfig.folder(), kubeconfig.cluster(), user, kubeconfig.namespace()),
                until(status.string("expirationTimestamp")));
    }

    private byte[] run(JsonObject exec, String version) {
        String command = exec.string("command");
        List<String> words = new ArrayList<>();
        words.add(
                command.contains("/") ? kubeconfig.folder().resolve(command).toString() : command);
        words.addAll(exec.array("args").strings());
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
        for (JsonObject variable : exec.array("env").objects()) {
            builder.environment().put(variable.string("name"), variable.string("value"));
        }
        builder.environment().put("KUBERNETES_EXEC_INFO", told(exec, version).toString());
        try {
            return said(builder.start());
        } catch (IOException e) {
            String hint = exec.string("installHint");
            throw failed("it cannot be run" + (hint.isEmpty() ? "" : ": " + hint), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted", e);
        }
    }

    /// What it says, for as long as a person may take to sign in.
    private byte[] said(Process process) throws IOException, InterruptedException {
        Future<?> patience =
                CompletableFuture.runAsync(
                        process::destroy,
                        CompletableFuture.delayedExecutor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        try (InputStream output = process.getInputStream()) {
            process.getOutputStream().close();
            byte[] said = output.readNBytes(MOST_BYTES);
            if (said.length == MOST_BYTES) {
                throw failed("it says more than " + MOST_BYTES + " bytes", null);
            }
            int code = process.waitFor();
            if (code != 0) {
                throw failed("it ended with exit code " + code, null);
            }
            return said;
        } finally {
            patience.cancel(false);
            process.destroy();
        }
    }

    private JsonObject told(JsonObject exec, String version) {
        JsonObject spec = JsonObject.EMPTY.with("interactive", false);
        if (exec.bool("provideClusterInfo")) {
            spec = spec.with("cluster", cluster());
        }
        return JsonObject.of("kind", Json.of("ExecCredential"), "apiVersion", Json.of(version))
                .with("spec", spec);
    }

    private JsonObject cluster() {
        JsonObject cluster = kubeconfig.cluster();
        JsonObject told = JsonObject.EMPTY;
        for (String name : TOLD) {
            Json value = cluster.get(name);
            if (value != null) {
                told = told.with(name, value);
            }
        }
        String file = cluster.string("certificate-authority");
        if (!cluster.has("certificate-authority-data") && !file.isEmpty()) {
            try {
                byte[] authority = Files.readAllBytes(kubeconfig.folder().resolve(file));
                told =
                        told.with(
                                "certificate-authority-data",
                                Base64.getEncoder().encodeToString(authority));
            } catch (IOException e) {
                throw failed("the cluster's certificate authority cannot be read", e);
            }
        }
        for (JsonObject extension : cluster.array("extensions").objects()) {
            Json config = extension.get("extension");
            if (extension.string("name").equals(GROUP + "exec") && config != null) {
                told = told.with("config", config);
            }
        }
        return told;
    }

    private JsonObject parsed(byte[] said) {
        try {
            if (Json.parse(said) instanceof JsonObject answer) {
                return answer;
            }
        } catch (JsonException e) {
            throw failed("it did not answer in JSON", e);
        }
        throw failed("it did not answer with an object", null);
    }

    private @Nullable Instant until(String timestamp) {
        try {
            return timestamp.isEmpty() ? null : OffsetDateTime.parse(timestamp).toInstant();
        } catch (DateTimeParseException e) {
            throw failed("it gave the time " + timestamp, e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private KubeconfigException failed(String why, @Nullable Exception cause) {
        String command = kubeconfig.user().object("exec").string("command");
        String message = "the program " + command + " did not sign the user in: " + why;
        return cause == null
                ? new KubeconfigException(message, true)
                : new KubeconfigException(message, true, cause);
    }
}
