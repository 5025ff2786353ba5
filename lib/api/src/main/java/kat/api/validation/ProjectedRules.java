package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.names.Names;

/// The rules for volumes made of files: projected ones, and those of ConfigMaps, Secrets and the
/// downward API, from which a projected one is put together.
final class ProjectedRules {

    private static final int LEAST_TOKEN_SECONDS = 600;
    private static final long MOST_TOKEN_SECONDS = 1L << 32;
    private static final int LEAST_CERTIFICATE_SECONDS = 3600;
    private static final int MOST_CERTIFICATE_SECONDS = 91 * 86_400;
    private static final int MOST_KUBERNETES_SECONDS = 86_400;
    private static final String TWICE = "conflicting duplicate paths";

    private ProjectedRules() {}

    /// @param nameField the field that names the ConfigMap or Secret
    static void files(Node source, String nameField) {
        source.child(nameField).requireNotEmpty();
        Common.fileMode(source.child("defaultMode"));
        source.child("items").items().forEach(ProjectedRules::keyToPath);
    }

    private static void keyToPath(Node item) {
        item.child("key").requireNotEmpty();
        Node path = item.child("path");
        path.requireNotEmpty();
        localPath(path);
        Common.fileMode(item.child("mode"));
    }

    static void localPath(Node path) {
        Common.relativePath(path);
        if (path.text().startsWith("..") && !path.text().startsWith("../")) {
            path.invalid("must not start with '..'");
        }
    }

    static void downwardApi(Node source) {
        Common.fileMode(source.child("defaultMode"));
        for (Node item : source.child("items").items()) {
            // upstream gives faults of an item at the path of the source
            downwardFile(source.with(item.json()));
        }
    }

    private static void downwardFile(Node item) {
        Node path = item.child("path");
        path.requireNotEmpty();
        localPath(path);
        boolean resource = item.child("resourceFieldRef").isSet();
        if (item.child("fieldRef").isSet()) {
            EnvironmentRules.fieldRef(item.child("fieldRef"), EnvironmentRules.VOLUME_FIELDS);
            if (resource) {
                item.invalidText(
                        "resource",
                        "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        } else if (resource) {
            EnvironmentRules.resourceRef(item.child("resourceFieldRef"), true);
        } else {
            item.required("one of fieldRef and resourceFieldRef is required");
        }
        Common.fileMode(item.child("mode"));
    }

    static void projected(Node volume) {
        Common.fileMode(volume.child("defaultMode"));
        Set<String> paths = new HashSet<>();
        for (Node source : volume.child("sources").items()) {
            int count = 0;
            for (String name : List.of("secret", "configMap")) {
                if (source.has(name)) {
                    count++;
                    files(volume, source.child(name), paths);
                }
            }
            if (source.has("downwardAPI")) {
                count++;
                Node downward = source.child("downwardAPI");
                for (Node item : downward.child("items").items()) {
                    downwardFile(downward.with(item.json()));
                    once(volume, item.child("path"), item.child("path").text(), paths);
                }
            }
            if (source.has("serviceAccountToken")) {
                count++;
                token(volume, source.child("serviceAccountToken"));
            }
            if (source.has("clusterTrustBundle")) {
                count++;
                bundle(volume, source.child("clusterTrustBundle"), paths);
            }
            if (source.has("podCertificate")) {
                count++;
                certificate(volume, source.child("podCertificate"), paths);
            }
            if (count > 1) {
                source.forbidden("may not specify more than 1 volume type per source");
            }
        }
    }

    private static void files(Node volume, Node source, Set<String> paths) {
        source.child("name").requireNotEmpty();
        for (Node item : source.child("items").items()) {
            keyToPath(item);
            once(volume, item.child("path"), source.child("name").text(), paths);
        }
    }

    /// A path may be used once in the volume.
    ///
    /// @param shown what the message names
    private static void once(Node volume, Node path, String shown, Set<String> paths) {
        if (!path.isEmpty() && !paths.add(path.text())) {
            volume.invalidText(shown, TWICE);
        }
    }

    private static void token(Node volume, Node token) {
        Node seconds = token.child("expirationSeconds");
        if (seconds.integer() < LEAST_TOKEN_SECONDS) {
            seconds.invalid("may not specify a duration less than 10 minutes");
        }
        if (seconds.integer() > MOST_TOKEN_SECONDS) {
            seconds.invalid("may not specify a duration larger than 2^32 seconds");
        }
        Node path = volume.child("path").with(token.child("path").json());
        path.requireNotEmpty();
        if (!path.isEmpty()) {
            localPath(path);
        }
    }

    private static void bundle(Node volume, Node bundle, Set<String> paths) {
        Node name = bundle.child("name");
        Node signer = bundle.child("signerName");
        Node selector = bundle.child("labelSelector");
        if (name.isSet() && signer.isSet()) {
            bundle.invalid("only one of name and signerName may be used");
        } else if (name.isSet()) {
            if (name.isEmpty()) {
                name.required("must be a valid object name");
            }
            for (String fault : Names.dnsSubdomain(name.text().replace(':', '.'))) {
                name.invalid("not a valid clustertrustbundlename: " + fault);
            }
            if (selector.isSet()) {
                selector.invalid("labelSelector must be unset if name is specified");
            }
        } else if (signer.isSet()) {
            if (signer.isEmpty()) {
                signer.required("must be a valid signer name");
            }
            SignerNames.check(signer);
            Common.labelSelector(selector);
        } else {
            bundle.required("either name or signerName must be specified");
        }
        Node path = bundle.child("path");
        path.requireNotEmpty();
        localPath(path);
        if (!paths.add(path.text())) {
            volume.invalidText(path.text(), TWICE);
        }
    }

    private static void certificate(Node volume, Node certificate, Set<String> paths) {
        Node signer = certificate.child("signerName");
        SignerNames.check(signer.with(Json.of(signer.text())));
        certificate
                .child("keyType")
                .with(Json.of(certificate.child("keyType").text()))
                .oneOf("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519");
        Node seconds = certificate.child("maxExpirationSeconds");
        if (seconds.isSet() && seconds.integer() < LEAST_CERTIFICATE_SECONDS) {
            seconds.invalid("if provided, maxExpirationSeconds must be >= 3600");
        }
        int most =
                SignerNames.isOfKubernetes(signer.text())
                        ? MOST_KUBERNETES_SECONDS
                        : MOST_CERTIFICATE_SECONDS;
        if (seconds.integer() > most) {
            seconds.invalid("if provided, maxExpirationSeconds must be <= " + most);
        }
        int count = 0;
        for (String field : List.of("credentialBundlePath", "keyPath", "certificateChainPath")) {
            Node path = certificate.child(field);
            if (!path.isEmpty()) {
                count++;
                localPath(path);
                once(volume, path, path.text(), paths);
            }
        }
        if (count == 0) {
            certificate.required(
                    "specify at least one of credentialBundlePath, keyPath, and"
                            + " certificateChainPath");
        }
    }
}
