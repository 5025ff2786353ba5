package kat.apiserver.admission;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Of the secrets of a namespace a pod may use only those that its service account names, where
/// the account asks for that.
///
/// **Source:** `limitSecretReferences` of Kubernetes' `ServiceAccount` plug-in.
final class MountableSecrets {

    private static final String ASKED = "kubernetes.io/enforce-mountable-secrets";

    private final String account;
    private final Set<String> mountable;
    private final Set<String> pullable;

    private MountableSecrets(KubeObject account) {
        this.account = account.name();
        this.mountable = names(account.tree(), "secrets");
        this.pullable = names(account.tree(), "imagePullSecrets");
    }

    private static Set<String> names(JsonObject account, String member) {
        Set<String> found = new HashSet<>();
        account.array(member).objects().forEach(each -> found.add(each.string("name")));
        return found;
    }

    /// What is wrong with a pod's secrets; empty when nothing is.
    static String fault(KubeObject account, JsonObject spec) {
        return isAsked(account) ? new MountableSecrets(account).fault(spec) : "";
    }

    /// What is wrong with the secrets of a pod's ephemeral containers; empty when nothing is.
    static String faultOfEphemeral(KubeObject account, JsonObject spec) {
        return isAsked(account)
                ? new MountableSecrets(account)
                        .inContainers(spec, "ephemeralContainers", "ephemeral container ")
                : "";
    }

    private static boolean isAsked(KubeObject account) {
        String asked = account.annotations().getOrDefault(ASKED, "");
        return Set.of("1", "t", "T", "TRUE", "true", "True").contains(asked);
    }

    private String fault(JsonObject spec) {
        for (JsonObject volume : spec.array("volumes").objects()) {
            String name = volume.object("secret").string("secretName");
            if (volume.has("secret") && !mountable.contains(name)) {
                return "volume with secret.secretName=\"" + name + "\"" + notAllowed("secret");
            }
        }
        String inContainers = inContainers(spec, "initContainers", "init container ");
        if (inContainers.isEmpty()) {
            inContainers = inContainers(spec, "containers", "container ");
        }
        if (!inContainers.isEmpty()) {
            return inContainers;
        }
        List<JsonObject> pulled = spec.array("imagePullSecrets").objects();
        for (int i = 0; i < pulled.size(); i++) {
            String name = pulled.get(i).string("name");
            if (!pullable.contains(name)) {
                return "imagePullSecrets["
                        + i
                        + "].name=\""
                        + name
                        + "\""
                        + notAllowed("imagePullSecret");
            }
        }
        return "";
    }

    private String inContainers(JsonObject spec, String member, String word) {
        for (JsonObject container : spec.array(member).objects()) {
            String fault = inContainer(word + container.string("name"), container);
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return "";
    }

    private String inContainer(String shown, JsonObject container) {
        for (JsonObject variable : container.array("env").objects()) {
            JsonObject source = variable.object("valueFrom");
            String name = source.object("secretKeyRef").string("name");
            if (source.has("secretKeyRef") && !mountable.contains(name)) {
                return shown + " with envVar " + variable.string("name") + referencing(name);
            }
        }
        for (JsonObject source : container.array("envFrom").objects()) {
            String name = source.object("secretRef").string("name");
            if (source.has("secretRef") && !mountable.contains(name)) {
                return shown + " with envFrom" + referencing(name);
            }
        }
        return "";
    }

    private String referencing(String secret) {
        return " referencing secret.secretName=\"" + secret + "\"" + notAllowed("secret");
    }

    private String notAllowed(String what) {
        return " is not allowed because service account "
                + account
                + " does not reference that "
                + what;
    }
}
