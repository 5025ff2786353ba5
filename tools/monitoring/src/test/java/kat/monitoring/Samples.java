package kat.monitoring;

/// Objects that several tests use.
final class Samples {

    private Samples() {}

    static final String SHOP =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: todo, namespace: shop, labels: {app: todo, team: blue}}
            spec: {selector: {app: todo}, ports: [{name: http, port: 80}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: todo-1, namespace: shop, labels: {kubernetes.io/service-name: todo}}
            addressType: IPv4
            ports: [{name: http, port: 8080, protocol: TCP}, {name: admin, port: 9000}]
            endpoints:
            - {addresses: [10.1.0.1], targetRef: {kind: Pod, name: todo-a, namespace: shop}}
            - {addresses: [10.1.0.2], targetRef: {kind: Pod, name: todo-b, namespace: shop}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: todo-a, namespace: shop, uid: ua, labels: {app: todo, tier: api}}
            spec:
              nodeName: n1
              containers: [{name: api, ports: [{name: web, containerPort: 8080}]}]
            status: {phase: Running, podIP: 10.1.0.1}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: todo-b, namespace: shop, uid: ub, labels: {app: todo}}
            spec:
              nodeName: n1
              containers: [{name: api, ports: [{name: web, containerPort: 8080}]}]
            status: {phase: Failed, podIP: 10.1.0.2}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: login, namespace: shop}
            data: {user: bWU=, password: c2VjcmV0, token: dG9rZW4=, url: aHR0cDovL2hvb2s=}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: trust, namespace: shop}
            data: {ca.crt: CERTIFICATE}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n1}
            status:
              addresses: [{type: InternalIP, address: 192.168.0.7}]
              daemonEndpoints: {kubeletEndpoint: {Port: 10250}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: todo, namespace: shop, labels: {app: todo}}
            spec:
              tls: [{hosts: [todo.example]}]
              rules: [{host: todo.example, http: {paths: [{path: /api, pathType: Prefix}]}}]
            """;

    static final String SERVICE_MONITOR =
            """
            apiVersion: monitoring.coreos.com/v1
            kind: ServiceMonitor
            metadata: {name: todo, namespace: shop, generation: 1}
            spec:
              selector: {matchLabels: {app: todo}}
              jobLabel: app
              targetLabels: [team]
              podTargetLabels: [tier]
              sampleLimit: 1000
              endpoints:
              - port: http
                interval: 5s
                path: /q/metrics
                honorLabels: true
                basicAuth:
                  username: {name: login, key: user}
                  password: {name: login, key: password}
                tlsConfig: {ca: {configMap: {name: trust, key: ca.crt}}, serverName: todo}
                relabelings:
                - {sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node}
                metricRelabelings:
                - {sourceLabels: [__name__], regex: "go_.*", action: drop}
            """;

    static final String POD_MONITOR =
            """
            apiVersion: monitoring.coreos.com/v1
            kind: PodMonitor
            metadata: {name: pods, namespace: other}
            spec:
              namespaceSelector: {matchNames: [shop]}
              selector: {matchExpressions: [{key: app, operator: In, values: [todo]}]}
              podMetricsEndpoints:
              - {port: web, authorization: {credentials: {name: none, key: token}}}
            """;

    static final String PROBE =
            """
            apiVersion: monitoring.coreos.com/v1
            kind: Probe
            metadata: {name: outside, namespace: shop}
            spec:
              jobName: blackbox
              module: http_2xx
              interval: 1m
              prober: {url: "blackbox:9115"}
              targets:
                staticConfig: {static: ["https://example.com"], labels: {env: prod}}
                ingress: {selector: {matchLabels: {app: todo}}}
            """;

    static final String RULE =
            """
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata: {name: todo, namespace: shop}
            spec:
              groups:
              - name: todo
                interval: 10s
                labels: {team: blue}
                rules:
                - {record: "todo:requests:rate5m", expr: "sum(rate(http_requests_total[5m]))"}
                - alert: TodoIsSlow
                  expr: todo:requests:rate5m > 10
                  for: 1m
                  labels: {severity: warning}
                  annotations: {summary: "{{ $labels.job }} has {{ $value | humanize }}"}
            """;

    static final String ALERTS =
            """
            apiVersion: monitoring.coreos.com/v1alpha1
            kind: AlertmanagerConfig
            metadata: {name: blue, namespace: shop}
            spec:
              route:
                receiver: hook
                groupBy: [alertname]
                groupWait: 5s
                matchers: [{name: team, matchType: "=~", value: "blue|\\"red\\""}]
                routes:
                - {receiver: mail, repeatInterval: 1h, matchers: [{name: severity, value: page}]}
              receivers:
              - {name: hook, webhookConfigs: [{urlSecret: {name: login, key: url}, maxAlerts: 5}]}
              - name: mail
                emailConfigs:
                - to: a@example.com
                  from: b@example.com
                  smarthost: "mail:25"
                  requireTLS: false
                  authPassword: {name: login, key: password}
              - {name: chat, slackConfigs: [{apiURL: {name: login, key: url}, channel: "#a"}]}
              - {name: duty, pagerdutyConfigs: [{routingKey: {name: login, key: token}}]}
              inhibitRules:
              - sourceMatch: [{name: severity, value: page}]
                targetMatch: [{name: severity, value: warning}]
                equal: [alertname]
            """;
}
