package kat.conformance;

/// Objects that several tests apply.
final class Manifests {

    /// A pod, a Deployment and a Service, as introductions to Kubernetes show them.
    static final String NGINX =
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: nginx-pod
              labels:
                app: nginx
            spec:
              containers:
              - name: nginx
                image: nginx:1.19
                ports:
                - containerPort: 80
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: nginx-deployment
              labels:
                app: nginx
            spec:
              replicas: 3
              selector:
                matchLabels:
                  app: nginx
              template:
                metadata:
                  labels:
                    app: nginx
                spec:
                  containers:
                  - name: nginx
                    image: nginx:1.19
                    ports:
                    - containerPort: 80
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: nginx-service
            spec:
              selector:
                app: nginx
              ports:
              - port: 80
                targetPort: 80
              type: ClusterIP
            """;

    private Manifests() {}

    /// A pod with one busybox container that runs a shell script.
    static String busybox(String name, String script) {
        return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: busybox:1.36
            command: ["sh", "-c", "%s"]
        """
                .formatted(name, script.replace("\\", "\\\\").replace("\"", "\\\""));
    }

    /// A Deployment of nginx with a readiness probe and a Service before it.
    static String web(String name, String image, int replicas, String type) {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: %1$s
        spec:
          replicas: %3$d
          selector:
            matchLabels:
              app: %1$s
          template:
            metadata:
              labels:
                app: %1$s
            spec:
              containers:
              - name: web
                image: %2$s
                ports:
                - containerPort: 80
                readinessProbe:
                  httpGet:
                    path: /
                    port: 80
                  periodSeconds: 1
                lifecycle:
                  preStop:
                    exec:
                      command: ["sleep", "1"]
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: %1$s
        spec:
          type: %4$s
          selector:
            app: %1$s
          ports:
          - port: 80
        """
                .formatted(name, image, replicas, type);
    }
}
