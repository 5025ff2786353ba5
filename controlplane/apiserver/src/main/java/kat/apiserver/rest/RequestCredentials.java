package kat.apiserver.rest;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import kat.apiserver.auth.Credentials;
import kat.apiserver.http.Request;

/// What an HTTP request shows of who sends it.
public record RequestCredentials(Request request) implements Credentials {

    @Override
    public List<X509Certificate> certificates() {
        return request.peer().certificates();
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public List<String> headers(String name) {
        return request.headers(name);
    }

    @Override
    public List<Map.Entry<String, String>> allHeaders() {
        return request.allHeaders();
    }
}
