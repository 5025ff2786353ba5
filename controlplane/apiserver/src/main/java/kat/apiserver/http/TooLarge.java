package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The refusal of a body beyond the limit, in Kubernetes' words.
final class TooLarge {

    private TooLarge() {}

    static Answer answer(int limit) {
        String status =
                "{\"apiVersion\":\"v1\",\"code\":413,\"kind\":\"Status\","
                        + "\"message\":\"Request entity too large: limit is "
                        + limit
                        + "\",\"metadata\":{},\"reason\":\"RequestEntityTooLarge\","
                        + "\"status\":\"Failure\"}";
        return Answer.of(413, Answer.JSON, status.getBytes(UTF_8));
    }
}
