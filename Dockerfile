# A static binary in an empty image: nothing else is installed.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /xuanti ./cmd/xuanti && mkdir -p /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /xuanti /xuanti
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
VOLUME /data
EXPOSE 8080
ENV XUANTI_DATA=/data XUANTI_LISTEN=0.0.0.0:8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/xuanti", "health", "--url", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/xuanti"]
CMD ["serve"]
