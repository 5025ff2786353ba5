package kat.api.validation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.names.Names;

/// The rules for the sources of volumes that PersistentVolumes and pods share, and for those that
/// differ between the two.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`, the functions named after each source.
final class SourceRules {

    interface Check {
        void run(Node source);
    }

    private static final String PARTITION = "must be between 1 and 255, inclusive";
    private static final Pattern IQN =
            Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([\\p{Alnum}-.]+)(:[^,;*&$|\\s]+)$");
    private static final Pattern EUI = Pattern.compile("^eui.[\\p{Alnum}]{16}$");
    private static final Pattern NAA = Pattern.compile("^naa.[\\p{Alnum}]{32}$");
    private static final int MAX_ISCSI_NAME = 64;
    private static final int MAX_DRIVER_NAME = 63;

    /// Sources of which only some fields must be given, with no rule besides.
    private static final Map<String, List<String>> NEEDED =
            Map.ofEntries(
                    Map.entry("persistentVolumeClaim", List.of("claimName")),
                    Map.entry("glusterfs", List.of("endpoints", "path")),
                    Map.entry("rbd", List.of("monitors", "image")),
                    Map.entry("cephfs", List.of("monitors")),
                    Map.entry("azureFile", List.of("secretName", "shareName")),
                    Map.entry("vsphereVolume", List.of("volumePath")),
                    Map.entry("photonPersistentDisk", List.of("pdID")),
                    Map.entry("portworxVolume", List.of("volumeID")),
                    Map.entry("scaleIO", List.of("gateway", "system", "volumeName")));

    private static final Map<String, Check> CHECKS =
            Map.of(
                    "hostPath", SourceRules::hostPath,
                    "gcePersistentDisk", source -> disk(source, "pdName"),
                    "awsElasticBlockStore", source -> disk(source, "volumeID"),
                    "nfs", SourceRules::nfs,
                    "flocker", SourceRules::flocker,
                    "quobyte", SourceRules::quobyte,
                    "fc", SourceRules::fibreChannel,
                    "flexVolume", SourceRules::flex,
                    "azureDisk", SourceRules::azureDisk);

    private SourceRules() {}

    /// Checks a source that has the same rules in pods and PersistentVolumes.
    ///
    /// @param name the field that holds the source
    static void check(String name, Node source) {
        for (String field : NEEDED.getOrDefault(name, List.of())) {
            source.child(field).requireNotEmpty();
        }
        Check check = CHECKS.get(name);
        if (check != null) {
            check.run(source);
        }
    }

    private static void hostPath(Node source) {
        Node path = source.child("path");
        if (path.isEmpty()) {
            path.required();
            return;
        }
        Common.noBacksteps(path);
        Node type = source.child("type");
        if (!type.isEmpty()) {
            type.oneOf(
                    "",
                    "BlockDevice",
                    "CharDevice",
                    "Directory",
                    "DirectoryOrCreate",
                    "File",
                    "FileOrCreate",
                    "Socket");
        }
    }

    private static void disk(Node source, String identity) {
        // upstream calls this source so in its messages
        Node shown =
                source.name().equals("gcePersistentDisk")
                        ? source.renamed("persistentDisk")
                        : source;
        shown.child(identity).requireNotEmpty();
        long partition = shown.child("partition").integer();
        if (partition < 0 || partition > 255) {
            shown.child("partition").invalid(PARTITION);
        }
    }

    private static void nfs(Node source) {
        source.child("server").requireNotEmpty();
        Node path = source.child("path");
        path.requireNotEmpty();
        if (!path.text().startsWith("/")) {
            path.invalidText(path.text(), "must be an absolute path");
        }
    }

    private static void flocker(Node source) {
        boolean named = !source.child("datasetName").isEmpty();
        boolean identified = !source.child("datasetUUID").isEmpty();
        if (!named && !identified) {
            source.required("one of datasetName and datasetUUID is required");
        }
        if (named && identified) {
            source.invalidText(
                    "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }
        if (source.child("datasetName").text().contains("/")) {
            source.child("datasetName").invalid("must not contain '/'");
        }
    }

    private static void quobyte(Node source) {
        Node registry = source.child("registry");
        String pairs = "must be a host:port pair or multiple pairs separated by commas";
        if (registry.isEmpty()) {
            registry.required(pairs);
        } else if (source.child("tenant").bytes() >= 65) {
            source.child("tenant")
                    .required("must be a UUID and may not exceed a length of 64 characters");
        } else {
            for (String pair : registry.text().split(",", -1)) {
                if (!pair.contains(":")) {
                    registry.invalid(pairs);
                }
            }
        }
        source.child("volume").requireNotEmpty();
    }

    private static void fibreChannel(Node source) {
        Node names = source.child("targetWWNs");
        boolean identified = !source.child("wwids").isEmpty();
        if (names.isEmpty() && !identified) {
            names.required("must specify either targetWWNs or wwids, but not both");
        }
        if (names.isEmpty()) {
            return;
        }
        if (identified) {
            names.invalid("targetWWNs and wwids can not be specified simultaneously");
        }
        Node unit = source.child("lun");
        if (!unit.isSet()) {
            unit.required("lun is required if targetWWNs is specified");
        } else {
            unit.between(0, 255);
        }
    }

    private static void flex(Node source) {
        source.child("driver").requireNotEmpty();
        for (Node option : source.child("options").entries()) {
            String key = option.name();
            int slash = key.indexOf('/');
            String space =
                    "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
            if (space.endsWith(".kubernetes.io") || space.endsWith(".k8s.io")) {
                option.invalidText(key, "kubernetes.io and k8s.io namespaces are reserved");
            }
        }
    }

    private static void azureDisk(Node source) {
        source.child("diskName").requireNotEmpty();
        Node uri = source.child("diskURI");
        uri.requireNotEmpty();
        source.child("cachingMode").oneOf("None", "ReadOnly", "ReadWrite");
        Node kind = source.child("kind");
        kind.oneOf("Dedicated", "Managed", "Shared");
        boolean managed = kind.text().equals("Managed");
        if (managed && !uri.text().startsWith("/subscriptions/")) {
            uri.unsupported(
                    "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}");
        }
        if (kind.isSet() && !managed && !uri.text().startsWith("https://")) {
            uri.unsupported(
                    "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
        }
    }

    /// @param owner the name of the pod's volume or of the PersistentVolume
    static void iscsi(Node source, Node owner, boolean persistent) {
        Node portal = source.child("targetPortal");
        portal.requireNotEmpty();
        boolean initiated = source.has("initiatorName");
        boolean tooLong = initiated && owner.bytes() + 1 + portal.bytes() > MAX_ISCSI_NAME;
        String why =
                "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                        + " iscsi.initiatorName is specified.";
        if (persistent && tooLong) {
            source.child("targetportal").invalidText(portal.text(), why);
        }
        Node name = source.child("iqn");
        if (name.isEmpty()) {
            name.required();
        } else {
            qualifiedTarget(name, persistent);
        }
        long unit = source.child("lun").integer();
        if (unit < 0 || unit > 255) {
            source.child("lun").invalid("must be between 0 and 255, inclusive");
        }
        boolean secret =
                source.child("chapAuthDiscovery").bool() || source.child("chapAuthSession").bool();
        if (secret && !source.has("secretRef")) {
            source.child("secretRef").required();
        }
        if (persistent && source.has("secretRef")) {
            source.child("secretRef", "name").requireNotEmpty();
        }
        if (initiated) {
            qualifiedTarget(
                    source.child("initiatorname").with(source.child("initiatorName").json()),
                    persistent);
        }
        if (!persistent && tooLong) {
            owner.invalid(why);
        }
    }

    private static void qualifiedTarget(Node name, boolean persistent) {
        String text = name.text();
        boolean valid =
                (text.startsWith("iqn") && IQN.matcher(text).find())
                        || (text.startsWith("eui") && EUI.matcher(text).matches())
                        || (text.startsWith("naa") && NAA.matcher(text).matches());
        boolean known = text.startsWith("iqn") || text.startsWith("eui") || text.startsWith("naa");
        if (!valid) {
            name.invalidText(
                    text,
                    known || persistent
                            ? "must be valid format"
                            : "must be valid format starting with iqn, eui, or naa");
        }
    }

    static void cinder(Node source, boolean persistent) {
        source.child("volumeID").requireNotEmpty();
        optionalSecret(source.child("secretRef"), persistent);
    }

    static void storageOs(Node source, boolean persistent) {
        Node name = source.child("volumeName");
        if (name.isEmpty()) {
            name.required();
        } else {
            Common.dnsLabel(name);
        }
        if (!source.child("volumeNamespace").isEmpty()) {
            Common.dnsLabel(source.child("volumeNamespace"));
        }
        optionalSecret(source.child("secretRef"), persistent);
    }

    private static void optionalSecret(Node secret, boolean persistent) {
        if (secret.isSet()) {
            secret.child("name").requireNotEmpty();
            if (persistent) {
                secret.child("namespace").requireNotEmpty();
            }
        }
    }

    /// What a PersistentVolume alone asks of a source.
    static void persistent(String name, Node source) {
        switch (name) {
            case "cinder" -> cinder(source, true);
            case "storageos" -> storageOs(source, true);
            case "csi" -> persistentCsi(source);
            case "glusterfs" -> {
                check(name, source);
                Node space = source.child("endpointsNamespace");
                if (space.isSet() && space.isEmpty()) {
                    space.invalid(
                            "if the endpointnamespace is set, it must be a valid namespace name");
                } else if (space.isSet()) {
                    Common.dnsLabel(space);
                }
            }
            case "azureFile" -> {
                check(name, source);
                Node space = source.child("secretNamespace");
                if (space.isSet()) {
                    space.requireNotEmpty();
                }
            }
            default -> check(name, source);
        }
    }

    private static void persistentCsi(Node source) {
        driverName(source.child("driver"));
        source.child("volumeHandle").requireNotEmpty();
        for (String field :
                List.of(
                        "controllerPublishSecretRef",
                        "controllerExpandSecretRef",
                        "nodePublishSecretRef",
                        "nodeExpandSecretRef")) {
            Node secret = source.child(field);
            if (secret.isSet()) {
                requiredName(secret.child("name"), true);
                requiredName(secret.child("namespace"), false);
            }
        }
    }

    private static void requiredName(Node name, boolean dots) {
        if (name.isEmpty()) {
            name.required();
        } else if (dots) {
            Common.dnsSubdomain(name);
        } else {
            Common.dnsLabel(name);
        }
    }

    static void csi(Node source) {
        driverName(source.child("driver"));
        Node secret = source.child("nodePublishSecretRef");
        if (secret.isSet() && secret.child("name").isEmpty()) {
            secret.child("name").required();
        } else if (secret.isSet()) {
            Common.dnsSubdomain(source.child("name").with(secret.child("name").json()));
        }
    }

    static void driverName(Node driver) {
        if (driver.isEmpty()) {
            driver.required();
            return;
        }
        if (driver.bytes() > MAX_DRIVER_NAME) {
            driver.tooLong(MAX_DRIVER_NAME);
        }
        for (String fault : Names.dnsSubdomain(driver.text().toLowerCase(Locale.ROOT))) {
            driver.invalid(Json.of(driver.text()), fault);
        }
    }
}
