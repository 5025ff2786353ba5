package kat.dev.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Makes records of a checked document in the form of the latest version.
final class ModuleReader {

    private static final List<String> BUILDERS = List.of("jib", "docker", "kaniko", "custom");

    private static final List<String> NO_DOCKERFILE = List.of("jib", "custom");

    private final Path folder;
    private final Map<String, String> environment;
    private final String where;

    /// @param where the document, for messages
    ModuleReader(Path folder, Map<String, String> environment, String where) {
        this.folder = folder;
        this.environment = environment;
        this.where = where;
    }

    Module read(JsonObject document, String name) {
        JsonObject build = document.object("build");
        List<Artifact> artifacts = new ArrayList<>();
        List<JsonObject> said = build.array("artifacts").objects();
        for (int i = 0; i < said.size(); i++) {
            artifacts.add(artifact(said.get(i), "build.artifacts[" + i + "]"));
        }
        List<PortForward> forwards = new ArrayList<>();
        List<JsonObject> ports = document.array("portForward").objects();
        for (int i = 0; i < ports.size(); i++) {
            forwards.add(portForward(ports.get(i), "portForward[" + i + "]"));
        }
        DeployReader deploys = new DeployReader(environment, where);
        JsonObject deploy = document.object("deploy");
        return new Module(
                name,
                folder,
                artifacts,
                new TagPolicyReader(where).read(build.object("tagPolicy"), "build.tagPolicy"),
                optional(build.object("local"), "push"),
                Values.texts(build, "insecureRegistries"),
                HookReader.read(build.object("hooks")),
                deploys.manifests(document.object("manifests"), deploy),
                deploys.deploy(deploy),
                forwards);
    }

    private static @Nullable Boolean optional(JsonObject object, String name) {
        return object.has(name) ? object.bool(name) : null;
    }

    private DevException fault(String place, String sentence) {
        return new DevException(where + ": " + place + ": " + sentence);
    }

    private String required(JsonObject object, String name, String place) {
        String value = Values.text(object, name);
        if (value.isEmpty()) {
            throw fault(place, name + " is missing");
        }
        return value;
    }

    private Artifact artifact(JsonObject said, String place) {
        List<String> builders = BUILDERS.stream().filter(said::has).toList();
        if (builders.size() > 1) {
            throw fault(place, "has more than one builder: " + String.join(", ", builders));
        }
        String image = required(said, "image", place);
        List<Artifact.Need> needs = new ArrayList<>();
        for (JsonObject need : said.array("requires").objects()) {
            String needed = required(need, "image", place + ".requires");
            String alias = Values.text(need, "alias");
            needs.add(
                    new Artifact.Need(
                            needed, alias.isEmpty() ? needed.replaceAll("\\W", "_") : alias));
        }
        String context = Values.text(said, "context");
        return new Artifact(
                image,
                folder.resolve(context.isEmpty() ? "." : context).normalize(),
                builder(said, builders.isEmpty() ? "docker" : builders.getFirst(), place),
                needs,
                said.has("sync") ? sync(said, place + ".sync", builders) : Sync.NONE,
                HookReader.read(said.object("hooks")),
                Values.text(said, "runtimeType"));
    }

    private Builder builder(JsonObject artifact, String kind, String place) {
        JsonObject said = artifact.object(kind);
        return switch (kind) {
            case "jib" -> {
                String type = Values.text(said, "type");
                if (!List.of("", "maven", "gradle").contains(type)) {
                    throw fault(place + ".jib.type", "must be maven or gradle");
                }
                yield new Builder.Jib(
                        Values.text(said, "project"),
                        Values.texts(said, "args"),
                        type,
                        Values.text(said, "fromImage"));
            }
            case "custom" -> custom(said, place + ".custom");
            // A Dockerfile too, which others would build in the cluster.
            default -> docker(said);
        };
    }

    private Builder custom(JsonObject said, String place) {
        JsonObject dependencies = said.object("dependencies");
        List<String> paths = new ArrayList<>(Values.texts(dependencies, "paths"));
        if (dependencies.has("dockerfile")) {
            paths.add(".");
            paths.add(required(dependencies.object("dockerfile"), "path", place));
        }
        String command = Values.text(dependencies, "command");
        if (paths.isEmpty() && command.isEmpty()) {
            paths.add(".");
        }
        return new Builder.Custom(
                required(said, "buildCommand", place),
                paths,
                Values.texts(dependencies, "ignore"),
                command);
    }

    private Builder docker(JsonObject said) {
        List<String> flags = new ArrayList<>();
        flag(said, "target", flags);
        flag(said, "network", flags);
        flag(said, "ssh", flags);
        for (String host : Values.texts(said, "addHost")) {
            flags.add("--add-host=" + host);
        }
        for (String image : Values.texts(said, "cacheFrom")) {
            flags.add("--cache-from=" + image);
        }
        for (JsonObject secret : said.array("secrets").objects()) {
            String source = Values.text(secret, "src");
            String variable = Values.text(secret, "env");
            flags.add(
                    "--secret=id="
                            + Values.text(secret, "id")
                            + (source.isEmpty() ? "" : ",src=" + source)
                            + (variable.isEmpty() ? "" : ",env=" + variable));
        }
        said.object("label")
                .forEach((name, value) -> flags.add("--label=" + name + "=" + Values.text(value)));
        if (said.bool("noCache")) {
            flags.add("--no-cache");
        }
        if (said.bool("pullParent")) {
            flags.add("--pull");
        }
        if (said.bool("squash")) {
            flags.add("--squash");
        }
        flags.addAll(Values.texts(said, "cliFlags"));
        String file = Values.text(said, "dockerfile");
        SequencedMap<String, String> arguments = new LinkedHashMap<>();
        said.object("buildArgs").forEach((name, value) -> arguments.put(name, Values.text(value)));
        return new Builder.Docker(file.isEmpty() ? "Dockerfile" : file, arguments, flags);
    }

    private static void flag(JsonObject said, String name, List<String> flags) {
        String value = Values.text(said, name);
        if (!value.isEmpty()) {
            flags.add("--" + name + "=" + value);
        }
    }

    private Sync sync(JsonObject artifact, String place, List<String> builders) {
        JsonObject said = artifact.object("sync");
        boolean isJib = builders.contains("jib");
        List<Sync.Rule> manual = new ArrayList<>();
        for (JsonObject rule : said.array("manual").objects()) {
            manual.add(
                    new Sync.Rule(
                            required(rule, "src", place + ".manual"),
                            required(rule, "dest", place + ".manual"),
                            Values.text(rule, "strip")));
        }
        List<String> infer = Values.texts(said, "infer");
        boolean isEmpty = manual.isEmpty() && infer.isEmpty() && !said.has("auto");
        if (isEmpty && !isJib) {
            infer = List.of("**/*");
        }
        if (!infer.isEmpty() && builders.stream().anyMatch(NO_DOCKERFILE::contains)) {
            throw fault(place, "infer needs a Dockerfile, which tells where files go; use manual");
        }
        if (said.bool("auto") && !isJib) {
            throw fault(place, "auto is for jib alone; use infer or manual");
        }
        return new Sync(manual, infer, HookReader.read(said.object("hooks")));
    }

    private PortForward portForward(JsonObject said, String place) {
        Json port = said.get("port");
        if (port == null) {
            throw fault(place, "port is missing");
        }
        String address = Values.text(said, "address");
        return new PortForward(
                required(said, "resourceType", place),
                Template.expand(required(said, "resourceName", place), environment),
                Template.expand(Values.text(said, "namespace"), environment),
                Values.text(port),
                Math.toIntExact(said.integer("localPort", 0)),
                address.isEmpty() ? "127.0.0.1" : address);
    }

    /// A time in whole seconds.
    static Duration seconds(JsonObject said, String name) {
        return Duration.ofSeconds(said.integer(name, 0));
    }
}
