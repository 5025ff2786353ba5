package kat.api.validation;

import java.util.List;
import java.util.function.Function;
import kat.api.names.Names;

/// The names of signers of certificates: a host's name and a path.
///
/// **Source:** Kubernetes' `ValidateSignerName` in `pkg/apis/core/validation/names.go`.
final class SignerNames {

    private static final int MAX_PATH = 317;

    private SignerNames() {}

    static boolean isOfKubernetes(String signer) {
        int slash = signer.indexOf('/');
        String host = slash < 0 ? signer : signer.substring(0, slash);
        return host.equals("kubernetes.io") || host.endsWith(".kubernetes.io");
    }

    static void check(Node signer) {
        String text = signer.text();
        if (text.isEmpty()) {
            signer.required();
            return;
        }
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            signer.invalid(
                    "must be a fully qualified domain and path of the form"
                            + " 'example.com/signer-name'");
            return;
        }
        if (parts[0].length() > Names.SUBDOMAIN_LENGTH) {
            signer.tooLong(Names.SUBDOMAIN_LENGTH);
        }
        String[] labels = parts[0].split("\\.", -1);
        segment(signer, parts[0], labels, Names::dnsLabel);
        if (labels.length < 2) {
            signer.invalidText(
                    parts[0], "should be a domain with at least two segments separated by dots");
        }
        segment(signer, parts[1], parts[1].split("\\.", -1), Names::dnsSubdomain);
        if (parts[1].length() > MAX_PATH) {
            signer.tooLong(MAX_PATH);
        }
    }

    /// Reports the first label with faults alone: more of them would only be the same again.
    private static void segment(
            Node signer, String segment, String[] labels, Function<String, List<String>> check) {
        for (String label : labels) {
            List<String> faults = check.apply(label);
            faults.forEach(
                    fault ->
                            signer.invalidText(
                                    segment, "validating label \"" + label + "\": " + fault));
            if (!faults.isEmpty()) {
                return;
            }
        }
    }
}
