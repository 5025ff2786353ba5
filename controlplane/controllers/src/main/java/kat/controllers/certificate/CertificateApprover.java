package kat.controllers.certificate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Plan;

/// Approves what nodes' agents ask for, as far as they may: a node's client certificate, for itself
/// or, with a bootstrap token, for a new node.
///
/// | who asks | permission to create in `certificatesigningrequests` |
/// |---|---|
/// | the node itself | `selfnodeclient` |
/// | somebody for a node | `nodeclient` |
///
/// **Source:** kube-controller-manager `certificates/approver`.
public final class CertificateApprover implements Controller {

    private static final String SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String AS_ITSELF =
            "Auto approving self kubelet client certificate after SubjectAccessReview.";
    private static final String FOR_A_NODE =
            "Auto approving kubelet client certificate after SubjectAccessReview.";

    private final SigningAuthority authority;
    private final Permissions permissions;

    /// Says what users may do.
    @FunctionalInterface
    public interface Permissions {
        /// Whether who made a request may create this part of requests.
        ///
        /// @param part for example `nodeclient`
        boolean allow(KubeObject request, String part);
    }

    public CertificateApprover(SigningAuthority authority, Permissions permissions) {
        this.authority = authority;
        this.permissions = permissions;
    }

    @Override
    public String name() {
        return "certificate-approver";
    }

    @Override
    public String account() {
        return "certificate-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(Watched.primary(Kinds.CERTIFICATE_SIGNING_REQUEST));
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject request = view.get(Kinds.CERTIFICATE_SIGNING_REQUEST, key);
        if (request == null
                || !request.spec().string("signerName").equals(SIGNER)
                || !request.status().string("certificate").isEmpty()
                || CertificateSigner.has(request, "Approved")
                || CertificateSigner.has(request, "Denied")) {
            return Plan.NOTHING;
        }
        String node = authority.nodeOf(order(request.spec()));
        if (node.isEmpty()) {
            return Plan.NOTHING;
        }
        boolean itself = request.spec().string("username").equals(node);
        if (itself && permissions.allow(request, "selfnodeclient")) {
            return approved(request, AS_ITSELF, now);
        }
        return permissions.allow(request, "nodeclient")
                ? approved(request, FOR_A_NODE, now)
                : Plan.NOTHING;
    }

    private static SigningAuthority.Order order(JsonObject spec) {
        String pem = new String(Base64.getDecoder().decode(spec.string("request")), UTF_8);
        return new SigningAuthority.Order(
                pem, SIGNER, spec.array("usages").strings(), CertificateSigner.validity(spec));
    }

    private static Plan approved(KubeObject request, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        JsonObject condition =
                JsonObject.builder()
                        .put("lastTransitionTime", time)
                        .put("lastUpdateTime", time)
                        .put("message", message)
                        .put("reason", "AutoApproved")
                        .put("status", "True")
                        .put("type", "Approved")
                        .build();
        JsonObject status = request.status();
        JsonObject told = status.with("conditions", status.array("conditions").with(condition));
        return Plan.of(
                new Change.Update(
                        Kinds.CERTIFICATE_SIGNING_REQUEST,
                        request.withStatus(_ -> told),
                        "approval"));
    }
}
