package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonString;

/// The rules for a pod's containers of all three lists.
final class ContainerRules {

    /// What the rules of containers need of their pod.
    ///
    /// @param volumes by name
    /// @param graceSeconds how long the pod may take to end
    record Pod(Map<String, Node> volumes, long graceSeconds) {}

    private ContainerRules() {}

    static void containers(Node containers, Pod pod) {
        if (containers.isEmpty()) {
            containers.required();
            return;
        }
        Set<String> names = new HashSet<>();
        for (Node container : containers.items()) {
            common(container, pod);
            Node name = container.child("name");
            if (!names.add(name.text())) {
                name.with(new JsonString(name.text())).duplicate();
            }
            ProbeRules.checkAll(container, pod.graceSeconds());
            restartPolicy(container.child("restartPolicy"));
        }
        hostPorts(containers.items());
    }

    static void initContainers(Node containers, List<Node> others, Pod pod) {
        Set<String> names = new HashSet<>();
        others.forEach(other -> names.add(other.child("name").text()));
        for (Node container : containers.items()) {
            common(container, pod);
            restartPolicy(container.child("restartPolicy"));
            Node name = container.child("name");
            if (!name.isEmpty() && !names.add(name.text())) {
                name.duplicate();
            }
            hostPorts(List.of(container));
            if (container.child("restartPolicy").text().equals("Always")) {
                ProbeRules.checkAll(container, pod.graceSeconds());
                continue;
            }
            for (String field :
                    List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                container
                        .child(field)
                        .absent("may not be set for init containers without restartPolicy=Always");
            }
        }
    }

    private static void restartPolicy(Node policy) {
        policy.oneOf("Always", "Never", "OnFailure");
    }

    private static void common(Node container, Pod pod) {
        Node name = container.child("name");
        if (name.isEmpty()) {
            name.required();
        } else {
            Common.dnsLabel(name);
        }
        image(container.child("image"));
        container.child("terminationMessagePolicy").requireOneOf("File", "FallbackToLogsOnError");
        ports(container.child("ports"));
        EnvironmentRules.check(container.child("env"));
        EnvironmentRules.checkFrom(container.child("envFrom"));
        VolumeRules.mounts(container, pod.volumes());
        container.child("imagePullPolicy").requireOneOf("Always", "IfNotPresent", "Never");
        resources(container.child("resources"));
        SecurityRules.container(container.child("securityContext"));
    }

    private static void image(Node image) {
        if (image.isEmpty()) {
            image.required();
        } else if (!image.text().equals(image.text().strip())) {
            image.invalid("must not have leading or trailing whitespace");
        }
    }

    private static void ports(Node ports) {
        Set<String> names = new HashSet<>();
        for (Node port : ports.items()) {
            Node name = port.child("name");
            if (!name.isEmpty()) {
                List<String> faults = Names.portName(name.text());
                name.invalidAll(faults);
                if (faults.isEmpty() && !names.add(name.text())) {
                    name.duplicate();
                }
            }
            Node number = port.child("containerPort");
            if (number.integer() == 0) {
                number.required();
            } else {
                number.invalidAll(Names.portNumber(number.integer()));
            }
            Node host = port.child("hostPort");
            if (host.integer() != 0) {
                host.invalidAll(Names.portNumber(host.integer()));
            }
            Common.protocol(port.child("protocol"));
        }
    }

    private static void hostPorts(List<Node> containers) {
        Set<String> taken = new HashSet<>();
        for (Node container : containers) {
            for (Node port : container.child("ports").items()) {
                Node host = port.child("hostPort");
                String key =
                        port.child("protocol").text()
                                + "/"
                                + port.child("hostIP").text()
                                + "/"
                                + host.integer();
                if (host.integer() != 0 && !taken.add(key)) {
                    host.duplicate(Json.of(key));
                }
            }
        }
    }

    static void hostNetworkPorts(Node containers) {
        for (Node container : containers.items()) {
            for (Node port : container.child("ports").items()) {
                if (port.child("hostPort").integer() != port.child("containerPort").integer()) {
                    port.child("containerPort")
                            .invalid("must match `hostPort` when `hostNetwork` is true");
                }
            }
        }
    }

    static void resources(Node resources) {
        Node limits = resources.child("limits");
        Node requests = resources.child("requests");
        boolean huge = false;
        boolean basic = false;
        for (Node limit : limits.entries()) {
            containerResource(limit);
            Common.resourceAmount(limit);
            huge |= Common.isHugePages(limit.name());
            basic |= limit.name().equals("cpu") || limit.name().equals("memory");
        }
        for (Node request : requests.entries()) {
            containerResource(request);
            Common.resourceAmount(request);
            withinLimit(request, requests, limits);
            huge |= Common.isHugePages(request.name());
            basic |= request.name().equals("cpu") || request.name().equals("memory");
        }
        if (huge && !basic) {
            resources.forbidden("HugePages require cpu or memory");
        }
    }

    private static void containerResource(Node resource) {
        String name = resource.name();
        Common.resourceName(resource, name);
        boolean standard =
                Set.of("cpu", "memory", "ephemeral-storage").contains(name)
                        || Common.isHugePages(name);
        if (!name.contains("/") && !standard) {
            resource.invalidText(name, "must be a standard resource for containers");
        }
    }

    private static void withinLimit(Node request, Node requests, Node limits) {
        String name = request.name();
        Quantity amount = Common.quantity(request);
        Quantity limit = Common.quantity(limits.key(name));
        boolean exact = Common.isHugePages(name) || Common.isExtended(name);
        if (amount == null) {
            return;
        }
        if (limit == null) {
            if (exact) {
                limits.required("Limit must be set for non overcommitable resources");
            }
        } else if (exact && amount.compareTo(limit) != 0) {
            requests.invalidText(
                    amount.toString(), "must be equal to " + name + " limit of " + limit);
        } else if (amount.compareTo(limit) > 0) {
            requests.invalidText(
                    amount.toString(),
                    "must be less than or equal to " + name + " limit of " + limit);
        }
    }
}
