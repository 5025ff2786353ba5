package kat.ingress;

import kat.api.KubeObject;
import kat.api.yaml.Yaml;

/// Objects for tests, from YAML.
public final class IngressObjects {

    private IngressObjects() {}

    public static KubeObject yaml(String text) {
        return new KubeObject(Yaml.readObjects(text).getFirst());
    }

    public static KubeObject ingressClass() {
        return yaml(
                """
                apiVersion: networking.k8s.io/v1
                kind: IngressClass
                metadata: {name: kat}
                spec: {controller: kat.dev/ingress}
                """);
    }

    /// An Ingress of namespace `default` and class `kat`.
    ///
    /// @param annotations in YAML's flow form, without prefix
    /// @param spec below `spec`, each line indented by two
    public static KubeObject ingress(String name, String annotations, String spec) {
        String prefixed =
                annotations.isEmpty()
                        ? ""
                        : annotations.replaceAll("(?m)^", "nginx.ingress.kubernetes.io/").strip();
        StringBuilder lines = new StringBuilder();
        prefixed.lines().forEach(line -> lines.append("    ").append(line).append('\n'));
        return yaml(
                """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: %s
                  namespace: default
                  uid: uid-%s
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  annotations:
                    test: "yes"
                %sspec:
                  ingressClassName: kat
                """
                                .formatted(name, name, lines)
                        + spec);
    }

    /// A rule for one host and path.
    public static String rule(String host, String path, String type, String service) {
        return """
                  rules:
                  - host: "%s"
                    http:
                      paths:
                      - path: "%s"
                        pathType: %s
                        backend: {service: {name: %s, port: {number: 80}}}
                """
                .formatted(host, path, type, service);
    }

    public static KubeObject service(String name) {
        return yaml(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: default}
                spec:
                  clusterIP: 10.96.0.9
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """
                        .formatted(name));
    }

    /// A server of a Service on loopback.
    public static KubeObject slice(String service, int number, int port) {
        return slice(service, number, port, "ready: true");
    }

    /// @param conditions in YAML's flow form
    public static KubeObject slice(String service, int number, int port, String conditions) {
        return yaml(
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                addressType: IPv4
                metadata:
                  name: %s-%d
                  namespace: default
                  labels: {kubernetes.io/service-name: %s}
                ports: [{name: http, port: %d, protocol: TCP}]
                endpoints: [{addresses: [127.0.0.1], conditions: {%s}}]
                """
                        .formatted(service, number, service, port, conditions));
    }
}
