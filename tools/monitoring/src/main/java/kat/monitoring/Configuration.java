package kat.monitoring;

import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.KubeObject;

/// What Prometheus and Alertmanager are given, each file by its name.
///
/// @param prometheus their configuration, and the credentials that it names; secret
/// @param rules files of rules
/// @param targets files of targets
/// @param alertmanager its configuration; secret
/// @param accepted the monitors, and whether what they say is used
/// @param problems what is wrong with which object
record Configuration(
        SequencedMap<String, String> prometheus,
        SequencedMap<String, String> rules,
        SequencedMap<String, String> targets,
        SequencedMap<String, String> alertmanager,
        List<KubeObject> accepted,
        List<Problem> problems) {

    Configuration {
        prometheus = new TreeMap<>(prometheus);
        rules = new TreeMap<>(rules);
        targets = new TreeMap<>(targets);
        alertmanager = new TreeMap<>(alertmanager);
        accepted = List.copyOf(accepted);
        problems = List.copyOf(problems);
    }
}
