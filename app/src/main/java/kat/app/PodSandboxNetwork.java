package kat.app;

import java.io.UncheckedIOException;
import java.util.List;
import kat.cri.ContainerRuntimeException;
import kat.cri.SandboxNetwork;
import kat.nftables.CommandException;
import kat.proxy.podnetwork.PodAttachment;

/// The pod network as a container runtime of somebody else wants it.
///
/// **Threads:** any.
final class PodSandboxNetwork implements SandboxNetwork {

    private final PodAttachment attachment;

    PodSandboxNetwork(PodAttachment attachment) {
        this.attachment = attachment;
    }

    private interface Call {
        void run() throws InterruptedException;
    }

    @Override
    public void attach(String sandboxId, String namespace) {
        call("put pod sandbox on the pod network", () -> attachment.attach(sandboxId, namespace));
    }

    @Override
    public void detach(String sandboxId, String namespace) {
        call("take pod sandbox off the network", () -> attachment.detach(sandboxId, namespace));
    }

    @Override
    public List<String> addresses(String sandboxId) {
        return attachment.addresses(sandboxId);
    }

    private static void call(String what, Call call) {
        try {
            call.run();
        } catch (CommandException | UncheckedIOException e) {
            throw new ContainerRuntimeException(
                    ContainerRuntimeException.Code.UNKNOWN,
                    what,
                    String.valueOf(e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerRuntimeException(
                    ContainerRuntimeException.Code.CANCELLED, what, "interrupted", e);
        }
    }
}
