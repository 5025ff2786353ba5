package kat.app;

import kat.api.Kind;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.controllers.podautoscaler.CustomScales;
import kat.controllers.podautoscaler.MetricFault;
import org.jspecify.annotations.Nullable;

/// Scales of custom resources, asked of the API server of this process.
record ScalesOfResources(ApiServer apiServer) implements CustomScales {

    @Override
    public @Nullable Kind kind(String apiVersion, String kind) {
        return apiServer.kinds().byKind(apiVersion, kind);
    }

    @Override
    public JsonObject scale(Kind kind, ObjectKey key) throws MetricFault {
        try {
            return apiServer.scale(kind, key);
        } catch (StatusException e) {
            throw MetricFault.of(e.status());
        }
    }
}
