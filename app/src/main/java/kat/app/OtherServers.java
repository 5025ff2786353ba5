package kat.app;

import kat.api.json.JsonObject;
import kat.apiserver.aggregation.RemoteReads;
import kat.controllers.podautoscaler.ApiMetrics;

/// The servers of metrics behind the API server of this process.
record OtherServers(RemoteReads reads) implements ApiMetrics.Servers {

    @Override
    public boolean has(String group, String version) {
        return reads.has(group, version);
    }

    @Override
    public JsonObject get(String path) {
        return reads.get(path);
    }
}
