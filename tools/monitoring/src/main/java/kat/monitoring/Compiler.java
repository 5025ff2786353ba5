package kat.monitoring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.ClusterView;

/// Turns what is in a cluster into a [Configuration]. An object that is wrong is left out and
/// told of; it hurts no other.
///
/// Targets are found here and not by Prometheus: its pods then need no rights in the cluster,
/// and builds of it without Kubernetes in them do as well.
///
/// **Limits:** what does not fit into the [#MOST_BYTES] of an object is left out and told of.
///
/// **Threads:** one owner.
final class Compiler {

    /// Where Prometheus mounts its configuration, rules and targets.
    static final String FOLDER = "/etc/prometheus";

    /// A little less than Kubernetes allows an object.
    static final int MOST_BYTES = 900_000;

    /// What is scraped without a monitor leaves the rest of the room to monitors.
    static final int MOST_UNASKED_BYTES = MOST_BYTES / 2;

    private static final String MAIN = "prometheus.yml";

    private final ClusterView view;
    private final Settings settings;
    private final Credentials credentials;
    private final List<Problem> problems = new ArrayList<>();
    private final List<KubeObject> accepted = new ArrayList<>();
    private final List<Json> scrapes = new ArrayList<>();
    private final SequencedMap<String, String> targets = new TreeMap<>();
    private final SequencedMap<String, String> rules = new TreeMap<>();
    private int targetBytes;
    private int scrapeBytes;
    private int ruleBytes;

    private Compiler(ClusterView view, Settings settings) {
        this.view = view;
        this.settings = settings;
        this.credentials = new Credentials(view, FOLDER + "/config");
    }

    static Configuration compile(ClusterView view, Settings settings) {
        return new Compiler(view, settings).run();
    }

    private Configuration run() {
        unasked();
        Function<String, Scrape> scrapes =
                namespace -> new Scrape(credentials, settings, namespace);
        ServiceJobs services = new ServiceJobs(view, scrapes);
        jobs(MonitoringKinds.SERVICE_MONITOR, services::of);
        PodJobs pods = new PodJobs(view, scrapes);
        jobs(MonitoringKinds.POD_MONITOR, pods::of);
        ProbeJobs probes = new ProbeJobs(view, scrapes);
        jobs(MonitoringKinds.PROBE, probes::of);
        view.list(MonitoringKinds.PROMETHEUS_RULE, "").forEach(this::rule);
        SequencedMap<String, String> prometheus = new TreeMap<>();
        prometheus.put(MAIN, main());
        String alerts = alertmanager();
        prometheus.putAll(credentials.files());
        SequencedMap<String, String> alertmanager = new TreeMap<>();
        alertmanager.put("alertmanager.yml", alerts);
        return new Configuration(prometheus, rules, targets, alertmanager, accepted, problems);
    }

    private void unasked() {
        NodeJobs.Found found = NodeJobs.of(view, MOST_UNASKED_BYTES);
        found.jobs().forEach(this::add);
        ObjectKey key = ObjectKey.of(settings.namespace(), MonitoringController.TARGETS);
        KubeObject holder = view.get(Kinds.CONFIG_MAP, key);
        if (holder != null && !found.leftOut().isEmpty()) {
            problems.add(new Problem(holder, found.leftOut(), false));
        }
    }

    private void jobs(Kind kind, BiFunction<KubeObject, List<String>, List<Job>> jobs) {
        for (KubeObject monitor : view.list(kind, "")) {
            List<String> unsupported = new ArrayList<>();
            Set<String> files = Set.copyOf(credentials.files().keySet());
            try {
                List<Job> found = jobs.apply(monitor, unsupported);
                requireRoom(found);
                found.forEach(this::add);
                accepted.add(monitor);
            } catch (InvalidException e) {
                credentials.keep(files);
                problems.add(new Problem(monitor, String.valueOf(e.getMessage()), true));
            }
            tell(monitor, unsupported);
        }
    }

    private void requireRoom(List<Job> found) {
        int targetsMore = found.stream().mapToInt(job -> bytes(job.groups().toString())).sum();
        if (targetBytes + targetsMore > MOST_BYTES) {
            throw new InvalidException("spec", "there are too many targets");
        }
        int scrapesMore = found.stream().mapToInt(job -> bytes(text(scrape(job)))).sum();
        if (scrapeBytes + scrapesMore + credentials.size() > MOST_BYTES) {
            throw new InvalidException(
                    "spec", "there are too many monitors, or their credentials are too large");
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// As it stands in the configuration.
    private static String text(JsonObject part) {
        return Yaml.write(JsonObject.of("parts", JsonArray.of(part)));
    }

    private void tell(KubeObject of, List<String> unsupported) {
        if (!unsupported.isEmpty()) {
            problems.add(new Problem(of, "not acted on: " + String.join(", ", unsupported), false));
        }
    }

    private void add(Job job) {
        String text = job.groups().toString();
        targets.put(file(job), text);
        targetBytes += bytes(text);
        JsonObject scrape = scrape(job);
        scrapes.add(scrape);
        scrapeBytes += bytes(text(scrape));
    }

    private static String file(Job job) {
        return job.name().replace('/', '_') + ".json";
    }

    private static JsonObject scrape(Job job) {
        String file = FOLDER + "/targets/" + file(job);
        JsonObject found = JsonObject.of("files", JsonArray.ofStrings(List.of(file)));
        return job.config()
                .with("job_name", job.name())
                .with("file_sd_configs", JsonArray.of(found));
    }

    private void rule(KubeObject rule) {
        try {
            RuleFiles.RuleFile file = RuleFiles.of(rule);
            if (ruleBytes + bytes(file.text()) > MOST_BYTES) {
                throw new InvalidException("spec", "there are too many rules");
            }
            ruleBytes += bytes(file.text());
            rules.put(rule.namespace() + "_" + rule.name() + ".yaml", file.text());
            tell(rule, file.unsupported());
        } catch (InvalidException e) {
            problems.add(new Problem(rule, String.valueOf(e.getMessage()), true));
        }
    }

    private String main() {
        JsonObject.Builder config = JsonObject.builder();
        config.put(
                "global",
                JsonObject.builder()
                        .put("scrape_interval", settings.interval())
                        .put("evaluation_interval", settings.interval())
                        .build());
        config.put("rule_files", JsonArray.ofStrings(List.of(FOLDER + "/rules/*.yaml")));
        config.put("scrape_configs", new JsonArray(scrapes));
        if (!settings.alertmanager().isEmpty()) {
            JsonObject fixed =
                    JsonObject.of("targets", JsonArray.ofStrings(List.of(settings.alertmanager())));
            JsonObject one =
                    JsonObject.builder()
                            .put("path_prefix", "/")
                            .put("static_configs", JsonArray.of(fixed))
                            .build();
            config.put("alerting", JsonObject.of("alertmanagers", JsonArray.of(one)));
        }
        return Yaml.write(config.build());
    }

    private String alertmanager() {
        List<Json> routes = new ArrayList<>();
        List<Json> receivers = new ArrayList<>();
        List<Json> inhibitions = new ArrayList<>();
        int receiverBytes = 0;
        receivers.add(JsonObject.builder().put("name", "nobody").build());
        for (KubeObject config : view.list(MonitoringKinds.ALERTMANAGER_CONFIG, "")) {
            List<String> unsupported = new ArrayList<>();
            try {
                Receivers.Part part = new Receivers(credentials, config, unsupported).part();
                int more = bytes(text(part.tree()));
                if (receiverBytes + more > MOST_BYTES) {
                    throw new InvalidException("spec", "there are too many receivers");
                }
                receiverBytes += more;
                routes.add(part.route());
                receivers.addAll(part.receivers());
                inhibitions.addAll(part.inhibitions());
            } catch (InvalidException e) {
                problems.add(new Problem(config, String.valueOf(e.getMessage()), true));
            }
            tell(config, unsupported);
        }
        JsonObject route =
                JsonObject.builder()
                        .put("receiver", "nobody")
                        .put("group_by", JsonArray.ofStrings(List.of("namespace", "alertname")))
                        .put("routes", new JsonArray(routes))
                        .build();
        return Yaml.write(
                JsonObject.builder()
                        .put("route", route)
                        .put("receivers", new JsonArray(receivers))
                        .put("inhibit_rules", new JsonArray(inhibitions))
                        .build());
    }
}
