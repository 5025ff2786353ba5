package kat.app;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.apiserver.pki.CertificateRequest;
import kat.apiserver.pki.CertificateSpec;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.controllers.certificate.SigningAuthority;

/// Signs with the cluster's own authority what each of Kubernetes' signers allows.
///
/// **Threads:** any.
///
/// **Source:** `pkg/controller/certificates/signer`, `pkg/apis/certificates/helpers.go`.
final class ClusterAuthority implements SigningAuthority {

    private static final String CLIENT = "client auth";
    private static final String SERVER = "server auth";
    private static final String SIGNATURE = "digital signature";
    private static final String ENCIPHERMENT = "key encipherment";
    private static final String NODES = "system:nodes";
    private static final String NODE = "system:node:";

    private final Pki pki;

    ClusterAuthority(Pki pki) {
        this.pki = pki;
    }

    @Override
    public Signed sign(Order order) {
        try {
            CertificateRequest request = CertificateRequest.parseSigned(order.request());
            String refusal = refusal(order, request);
            return refusal.isEmpty() ? new Signed(certificate(order, request), "") : no(refusal);
        } catch (GeneralSecurityException e) {
            return no("unable to parse csr: " + e.getMessage());
        }
    }

    @Override
    public String nodeOf(Order order) {
        try {
            CertificateRequest request = CertificateRequest.parseSigned(order.request());
            return ofNode(order, request, CLIENT).isEmpty() ? request.commonName() : "";
        } catch (GeneralSecurityException notUnderstood) {
            return "";
        }
    }

    private static Signed no(String why) {
        return new Signed("", why);
    }

    private String certificate(Order order, CertificateRequest request) {
        boolean client = order.usages().contains(CLIENT);
        boolean server = order.usages().contains(SERVER);
        CertificateSpec.Use use =
                client && server
                        ? CertificateSpec.Use.SERVER_AND_CLIENT
                        : server ? CertificateSpec.Use.SERVER : CertificateSpec.Use.CLIENT;
        CertificateSpec spec =
                new CertificateSpec(
                        request.commonName(),
                        request.organizations(),
                        request.dnsNames(),
                        request.emails(),
                        request.addresses(),
                        request.uris(),
                        use,
                        order.validity(),
                        request.key());
        return Pem.write(pki.certificates().sign(pki.authority(), spec));
    }

    /// Why a request is not signed; empty when it is.
    static String refusal(Order order, CertificateRequest request) {
        return switch (order.signerName()) {
            case "kubernetes.io/kube-apiserver-client" -> ofClient(order.usages());
            case "kubernetes.io/kube-apiserver-client-kubelet" -> ofNode(order, request, CLIENT);
            case "kubernetes.io/kubelet-serving" -> ofNode(order, request, SERVER);
            default ->
                    order.usages().contains(CLIENT) || order.usages().contains(SERVER)
                            ? ""
                            : "only certificates for clients and servers are signed";
        };
    }

    private static String ofClient(List<String> usages) {
        for (String usage : usages) {
            if (!List.of(CLIENT, SIGNATURE, ENCIPHERMENT).contains(usage)) {
                return "invalid usage for client certificate: " + usage;
            }
        }
        return usages.contains(CLIENT)
                ? ""
                : "missing required usage for client certificate: " + CLIENT;
    }

    /// What is looked at in which order differs between the two signers of nodes.
    private static String ofNode(Order order, CertificateRequest request, String purpose) {
        if (!request.organizations().equals(List.of(NODES))) {
            return "subject organization is not system:nodes";
        }
        boolean client = purpose.equals(CLIENT);
        String names = client ? namesOfClient(request) : namesOfServer(request);
        if (!names.isEmpty()) {
            return names;
        }
        String name =
                request.commonName().startsWith(NODE)
                        ? ""
                        : "subject common name does not begin with system:node:";
        String usages = usages(order, purpose);
        String first = client ? name : usages;
        return first.isEmpty() ? client ? usages : name : first;
    }

    private static String usages(Order order, String purpose) {
        Set<String> usages = Set.copyOf(order.usages());
        if (usages.equals(Set.of(SIGNATURE, purpose))
                || usages.equals(Set.of(SIGNATURE, ENCIPHERMENT, purpose))) {
            return "";
        }
        Set<String> wanted = new TreeSet<>(List.of(SIGNATURE, ENCIPHERMENT, purpose));
        return "usages did not match [" + String.join(" ", wanted) + "]";
    }

    private static String namesOfServer(CertificateRequest request) {
        if (request.dnsNames().isEmpty() && request.addresses().isEmpty()) {
            return "DNS or IP subjectAltName is required";
        }
        if (!request.emails().isEmpty()) {
            return notAllowed("Email");
        }
        return request.uris().isEmpty() ? "" : notAllowed("URI");
    }

    private static String namesOfClient(CertificateRequest request) {
        if (!request.dnsNames().isEmpty()) {
            return notAllowed("DNS");
        }
        if (!request.emails().isEmpty()) {
            return notAllowed("Email");
        }
        if (!request.addresses().isEmpty()) {
            return notAllowed("IP");
        }
        return request.uris().isEmpty() ? "" : notAllowed("URI");
    }

    private static String notAllowed(String names) {
        return names + " subjectAltNames are not allowed";
    }
}
