package kat.apiserver.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.auth.User;
import kat.apiserver.pki.CertificateRequest;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Sender;

/// Who may approve and sign requests for certificates, and which nobody may make.
///
/// **Source:** `plugin/pkg/admission/certificates`, `pkg/apis/certificates`.
final class CertificateGuards implements Plugin {

    private static final String RESOURCE = "certificatesigningrequests.certificates.k8s.io";
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    private static final List<String> OF_NODES =
            List.of("kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet");

    private final Authorizer authorizer;

    CertificateGuards(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        if (!isWhole(attributes)) {
            return object;
        }
        if (attributes.operation() == Operation.UPDATE) {
            return object.with("spec", attributes.live().object("spec"));
        }
        String actor = attributes.call().actor();
        String node = NodeAuthorizer.nodeOf(actor, attributes.call().groups());
        if (node != null) {
            ofNode(attributes, object.object("spec"), node);
        }
        Sender sender = attributes.call().sender();
        return sender == null ? object : object.with("spec", by(sender, object.object("spec")));
    }

    /// What is asked for, with who asks; what the request itself says of that does not count.
    private static JsonObject by(Sender sender, JsonObject spec) {
        JsonObject asked = spec;
        for (String name : List.of("extra", "groups", "uid", "username")) {
            asked = asked.without(name);
        }
        JsonObject user = sender.toJson();
        for (int i = 0; i < user.size(); i++) {
            asked = asked.with(user.nameAt(i), user.valueAt(i));
        }
        return asked;
    }

    private static boolean isWhole(Attributes attributes) {
        return attributes.target().kind().resource().equals(RESOURCE)
                && attributes.call().subresource().isEmpty();
    }

    private static void ofNode(Attributes attributes, JsonObject spec, String node) {
        if (!OF_NODES.contains(spec.string("signerName"))) {
            return;
        }
        try {
            String wanted = "system:node:" + node;
            if (!request(spec).commonName().equals(wanted)) {
                throw no(attributes, "can only create a node CSR with CN=" + wanted);
            }
        } catch (GeneralSecurityException e) {
            throw no(attributes, "unable to parse csr: " + e.getMessage());
        }
    }

    private static CertificateRequest request(JsonObject spec) throws GeneralSecurityException {
        try {
            byte[] pem = Base64.getDecoder().decode(spec.string("request"));
            return CertificateRequest.parse(new String(pem, UTF_8));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the request is not in base64", e);
        }
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (!attributes.target().kind().resource().equals(RESOURCE)
                || attributes.operation() == Operation.DELETE) {
            return;
        }
        String signer = attributes.live().object("spec").string("signerName");
        switch (attributes.call().subresource()) {
            case "" -> subject(attributes, object.object("spec"));
            case "approval" -> require(attributes, "approve", signer);
            case "status" -> {
                if (isSigned(attributes.live().object("status"), object.object("status"))) {
                    require(attributes, "sign", signer);
                }
            }
            default -> {}
        }
    }

    private static void subject(Attributes attributes, JsonObject spec) {
        if (!spec.string("signerName").equals(CLIENT)) {
            return;
        }
        try {
            if (request(spec).organizations().contains(User.MASTERS)) {
                throw no(
                        attributes,
                        "use of " + CLIENT + " signer with system:masters group is not allowed");
            }
        } catch (GeneralSecurityException e) {
            throw no(attributes, "failed to parse CSR: " + e.getMessage());
        }
    }

    private static boolean isSigned(JsonObject before, JsonObject after) {
        return !before.string("certificate").equals(after.string("certificate"))
                || !before.array("conditions").equals(after.array("conditions"));
    }

    private void require(Attributes attributes, String verb, String signer) {
        Sender sender = attributes.call().sender();
        if (sender == null) {
            return;
        }
        User user = User.of(sender);
        String domain = signer.substring(0, Math.max(0, signer.indexOf('/')));
        if (!may(user, verb, signer) && !may(user, verb, domain + "/*")) {
            throw no(
                    attributes,
                    "user not permitted to "
                            + verb
                            + " requests with signerName \""
                            + signer
                            + "\"");
        }
    }

    private boolean may(User user, String verb, String signer) {
        Action action = new Action(verb, "certificates.k8s.io", "*", "signers", "", "", signer, "");
        return authorizer.authorize(user, action).allowed();
    }

    private static StatusException no(Attributes attributes, String why) {
        return Status.forbidden(attributes.target().kind(), attributes.target().name(), why)
                .asException();
    }
}
