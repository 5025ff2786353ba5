package kat.apiserver.dynamic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewShapeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"response\":{\"uid\":\"a\",\"allowed\":true,\"warnings\":[\"w\"]}} | ``",
                "{\"response\":null} | ``",
                "{\"response\":\"x\"} | json: cannot unmarshal string into Go struct field"
                        + " AdmissionReview.response of type v1.AdmissionResponse",
                "{\"response\":{\"allowed\":1}} | json: cannot unmarshal number into Go struct"
                        + " field AdmissionResponse.response.allowed of type bool",
                "{\"response\":{\"warnings\":\"x\"}} | json: cannot unmarshal string into Go"
                        + " struct field AdmissionResponse.response.warnings of type []string",
                "{\"response\":{\"auditAnnotations\":{\"a\":1}}} | json: cannot unmarshal number"
                        + " into Go struct field AdmissionResponse.response.auditAnnotations of"
                        + " type string",
                "{\"response\":{\"status\":{\"code\":\"x\"}}} | json: cannot unmarshal string into"
                        + " Go struct field Status.response.status.code of type int32",
                "{\"response\":{\"patch\":\"ab**\"}} | illegal base64 data at input byte 2"
            })
    void tellsTheFirstMemberOfAWrongType(String review, String told) {
        assertEquals(told, ReviewShape.misfit((JsonObject) Json.parse(review.getBytes(UTF_8))));
    }
}
