package kat.monitoring;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.ClusterView;

/// Probes as jobs: a prober such as the blackbox exporter is asked about each target.
final class ProbeJobs {

    private final ClusterView view;
    private final Function<String, Scrape> scrapes;

    /// @param scrapes how a monitor of a namespace may be scraped
    ProbeJobs(ClusterView view, Function<String, Scrape> scrapes) {
        this.view = view;
        this.scrapes = scrapes;
    }

    /// @param unsupported gets the paths of fields that are not acted on
    /// @throws InvalidException when Prometheus would not take it
    List<Job> of(KubeObject probe, List<String> unsupported) {
        Fields spec = new Fields(probe.spec(), "spec");
        JsonObject.Builder config = JsonObject.builder();
        Scrape.limits(spec, config);
        scrapes.apply(probe.namespace()).endpoint(spec, config);
        Fields prober = new Fields(spec.object("prober"), "spec.prober");
        String url = prober.string("url", "");
        if (url.isEmpty()) {
            throw new InvalidException("spec.prober.url", "is empty");
        }
        config.put("metrics_path", prober.string("path", "/probe"));
        config.put("scheme", prober.string("scheme", "http"));
        String module = spec.string("module", "");
        if (!module.isEmpty()) {
            config.put("params", JsonObject.of("module", JsonArray.ofStrings(List.of(module))));
        }
        String name = "probe/" + probe.key();
        String job = spec.string("jobName", name);
        JsonObject targets = spec.object("targets");
        JsonObject fixed = targets.object("staticConfig");
        List<Job.Target> all = new ArrayList<>();
        for (String target : fixed.array("static").strings()) {
            all.add(target(probe, url, target, job, fixed.object("labels")));
        }
        for (String target : ofIngresses(probe, targets)) {
            all.add(target(probe, url, target, job, JsonObject.EMPTY));
        }
        unsupported.addAll(prober.rest());
        unsupported.addAll(spec.rest());
        return List.of(new Job(name, config.build(), all));
    }

    private static Job.Target target(
            KubeObject probe, String prober, String target, String job, JsonObject further) {
        SequencedMap<String, String> labels = new TreeMap<>(further.strings());
        labels.put("__param_target", target);
        labels.put("instance", target);
        labels.put("namespace", probe.namespace());
        labels.put("job", job);
        return new Job.Target(prober, labels);
    }

    private List<String> ofIngresses(KubeObject probe, JsonObject targets) {
        List<String> all = new ArrayList<>();
        if (!targets.has("ingress")) {
            return all;
        }
        Fields ingress = new Fields(targets.object("ingress"), "spec.targets.ingress");
        for (KubeObject each : Selection.of(view, Kinds.INGRESS, ingress, probe.namespace())) {
            boolean tls = !each.spec().array("tls").isEmpty();
            for (JsonObject rule : each.spec().array("rules").objects()) {
                for (JsonObject path : rule.object("http").array("paths").objects()) {
                    all.add(
                            (tls ? "https://" : "http://")
                                    + rule.string("host")
                                    + path.string("path"));
                }
            }
        }
        return all;
    }
}
