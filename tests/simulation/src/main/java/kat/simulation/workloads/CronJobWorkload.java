package kat.simulation.workloads;

import java.time.Duration;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.simulation.cluster.Objects;

/// A CronJob that makes Jobs for a few minutes and is suspended then.
public final class CronJobWorkload implements Workload {

    private final ObjectKey key;

    public CronJobWorkload(String namespace, String name) {
        this.key = ObjectKey.of(namespace, name);
    }

    @Override
    public void run(Person person) throws InterruptedException {
        String policy = List.of("Allow", "Forbid", "Replace").get(person.number(0, 2));
        person.create(
                Kinds.CRON_JOB,
                """
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: %s, namespace: %s}
                spec:
                  schedule: "* * * * *"
                  concurrencyPolicy: %s
                  jobTemplate: {spec: {backoffLimit: 1000, template: %s}}
                """
                        .formatted(
                                key.name(),
                                key.namespace(),
                                policy,
                                PodTemplate.yaml(key.name(), "Never")));
        person.idle(Duration.ofMinutes(5));
        person.change(
                Kinds.CRON_JOB, key, cron -> cron.withSpec(spec -> spec.with("suspend", true)));
    }

    @Override
    public List<String> complaints(Objects objects) {
        KubeObject cron = objects.get("cronjobs.batch", key);
        if (cron == null) {
            return List.of(key + " is gone");
        }
        return cron.status().array("active").objects().isEmpty()
                ? List.of()
                : List.of("%s is suspended and tells %s".formatted(key, cron.status()));
    }
}
