package kat.cri;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException.Code;
import org.jspecify.annotations.Nullable;

/// A containerd of somebody else: used as it is, never configured, started or ended. The cluster's
/// pods carry a label and a network of their own there; all others are left alone.
///
/// **Source:** containerd's `docs/cri/config.md`.
public final class SharedContainerd implements Containerd {

    private static final Pattern VERSION = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})\\..*");
    private static final int OLDEST_MAJOR = 1;
    private static final int OLDEST_MINOR = 6;

    /// What kubelets write on their sandboxes.
    private static final String KUBELET_LABEL = "io.kubernetes.pod.uid";

    private final Path socket;
    private final Path used;
    private final CriRuntime direct;
    private final SharedRuntime runtime;

    /// @param socket on which it listens
    /// @param folder of the cluster, absolute: it names the cluster's pods, and a file below it
    ///     notes that there may be some
    /// @param network that pods are put on
    public SharedContainerd(Path socket, Path folder, SandboxNetwork network, Ticker ticker) {
        this.socket = socket;
        this.used = folder.resolve("containerd-is-used");
        this.direct = new CriRuntime(socket, ticker);
        this.runtime = new SharedRuntime(direct, network, folder.toString());
    }

    @Override
    public ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    public boolean isAdopted() {
        return true;
    }

    /// @throws ContainerRuntimeException when it cannot be used, with what its owner can do
    @Override
    public void start() {
        if (!Files.exists(socket)) {
            throw unfit(Code.UNAVAILABLE, "there is no such socket; start it first", null);
        }
        requireVersion();
        requireControlGroups(direct.pluginConfiguration());
        requireNetwork();
        requireAlone();
        requireSandboxImage(direct.pluginConfiguration());
        try {
            if (!Files.exists(used)) {
                Files.createFile(used);
            }
        } catch (IOException e) {
            throw unfit(Code.INTERNAL, "cannot write " + used + ": " + e.getMessage(), e);
        }
    }

    private void requireVersion() {
        RuntimeVersion version;
        try {
            version = direct.version();
        } catch (ContainerRuntimeException e) {
            if (e.code() == Code.UNIMPLEMENTED) {
                throw unfit(
                        e.code(),
                        "it does not offer CRI v1: it is older than 1.6, or its configuration"
                                + " names \"cri\" in disabled_plugins, as Docker's package does",
                        e);
            }
            throw unfit(e.code(), "it does not answer: " + e.description(), e);
        }
        Matcher numbers = VERSION.matcher(version.version());
        if (!version.name().equals("containerd") || !numbers.matches()) {
            throw unfit(
                    Code.FAILED_PRECONDITION,
                    "it calls itself " + version.name() + " " + version.version(),
                    null);
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)) {
            throw unfit(
                    Code.FAILED_PRECONDITION,
                    "its version is " + version.version() + ", and KAT needs 1.6 or newer",
                    null);
        }
    }

    private void requireControlGroups(JsonObject config) {
        JsonObject containerd = Json.object(config, "containerd");
        String name = Json.string(containerd, "defaultRuntimeName");
        JsonObject options =
                Json.object(Json.object(Json.object(containerd, "runtimes"), name), "options");
        if (Json.string(options, "SystemdCgroup").equals("true")) {
            throw unfit(
                    Code.FAILED_PRECONDITION,
                    "its runtime "
                            + name
                            + " has SystemdCgroup = true, and KAT makes control groups without"
                            + " systemd",
                    null);
        }
    }

    /// A sandbox is made on the containerd's own network first, so there must be one.
    private void requireNetwork() {
        for (RuntimeStatus.Condition condition : direct.status().conditions()) {
            if (condition.type().equals("NetworkReady") && !condition.status()) {
                String folder =
                        Json.string(Json.object(direct.pluginConfiguration(), "cni"), "confDir");
                throw unfit(
                        Code.FAILED_PRECONDITION,
                        "it makes no pod while its CNI folder "
                                + folder
                                + " holds no network; put any there",
                        null);
            }
        }
    }

    private void requireAlone() {
        for (PodSandbox sandbox : direct.listPodSandboxes(PodSandboxFilter.ALL)) {
            if (sandbox.labels().containsKey(KUBELET_LABEL)
                    && !sandbox.labels().containsKey(SharedRuntime.LABEL)) {
                throw unfit(
                        Code.FAILED_PRECONDITION,
                        "a kubelet uses it (pod "
                                + sandbox.metadata().namespace()
                                + "/"
                                + sandbox.metadata().name()
                                + "), and kubelets end pods they do not know",
                        null);
            }
        }
    }

    private void requireSandboxImage(JsonObject config) {
        String image = Json.string(config, "sandboxImage");
        if (image.isEmpty() || direct.images().status(image).isPresent()) {
            return;
        }
        try {
            var _ = direct.images().pull(image, null);
        } catch (ContainerRuntimeException e) {
            throw unfit(
                    e.code(),
                    "every pod of it needs the image "
                            + image
                            + ", which is not there and cannot be fetched: "
                            + e.description(),
                    e);
        }
    }

    /// Does nothing: it is not ours to end.
    @Override
    public void stop() {}

    @Override
    public void removeAll() {
        if (!Files.exists(used)) {
            return;
        }
        try {
            for (PodSandbox sandbox : runtime.listPodSandboxes(PodSandboxFilter.ALL)) {
                runtime.stopPodSandbox(sandbox.id());
                runtime.removePodSandbox(sandbox.id());
            }
            for (String view : runtime.images().views()) {
                runtime.images().removeView(view);
            }
            Files.deleteIfExists(used);
        } catch (IOException e) {
            throw unfit(Code.INTERNAL, "cannot remove " + used + ": " + e.getMessage(), e);
        } catch (ContainerRuntimeException e) {
            if (e.code() != Code.UNAVAILABLE) {
                throw e;
            }
            throw unfit(
                    e.code(),
                    "it does not answer, and the cluster's pods are in it; start it and try again",
                    e);
        }
    }

    @Override
    public void close() {
        runtime.close();
    }

    private ContainerRuntimeException unfit(Code code, String why, @Nullable Throwable cause) {
        return new ContainerRuntimeException(code, "use the containerd at " + socket, why, cause);
    }
}
