package fetch

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/temoto/robotstxt"
)

// parseRobots reads rules and keeps what it can of a damaged file. It never
// fails: what is no rule allows everything.
func parseRobots(body []byte) *robotstxt.RobotsData {
	rules, err := robotstxt.FromBytes(tidyRobots(body[:min(len(body), robotsMaxBytes)]))
	if err != nil {
		rules, _ = robotstxt.FromBytes(nil) // an empty file cannot fail
	}
	return rules
}

// robotsGroup is the rules for some agents.
type robotsGroup struct {
	agents, allow, disallow []string
	delay                   string
}

// tidyRobots rewrites a file so that the library, which predates RFC 9309,
// reads it as the RFC says: agents without version, paths in one spelling
// (section 2.2.2), Allow before Disallow since the first of two equal rules
// wins there, and no line that would make it give up.
func tidyRobots(body []byte) []byte {
	var out bytes.Buffer
	g := robotsGroup{}
	for line := range strings.Lines(string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))) {
		line, _, _ = strings.Cut(line, "#")
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "user-agent", "user agent", "useragent":
			if len(g.allow)+len(g.disallow) > 0 || g.delay != "" {
				g.write(&out)
				g = robotsGroup{}
			}
			agent, _, _ := strings.Cut(value, "/")
			if agent = strings.TrimSpace(agent); agent != "" {
				g.agents = append(g.agents, agent)
			}
		case "allow":
			if value != "" {
				g.allow = append(g.allow, robotsPath(value))
			}
		case "disallow":
			g.disallow = append(g.disallow, robotsPath(value)) // empty: nothing is forbidden
		case "crawl-delay":
			if f, err := strconv.ParseFloat(value, 64); err == nil && f >= 0 {
				g.delay = value
			}
		}
	}
	g.write(&out)
	return out.Bytes()
}

func (g *robotsGroup) write(out *bytes.Buffer) {
	if len(g.agents) == 0 {
		return
	}
	for _, a := range g.agents {
		fmt.Fprintf(out, "User-agent: %s\n", a)
	}
	for _, p := range g.allow {
		fmt.Fprintf(out, "Allow: %s\n", p)
	}
	for _, p := range g.disallow {
		fmt.Fprintf(out, "Disallow: %s\n", p)
	}
	if g.delay != "" {
		fmt.Fprintf(out, "Crawl-delay: %s\n", g.delay)
	}
	if len(g.allow)+len(g.disallow) == 0 {
		fmt.Fprint(out, "Disallow:\n") // a group without rules allows everything
	}
	fmt.Fprintln(out)
}

// robotsPath spells a path in one way: bytes beyond ASCII are escaped, escapes
// of plain letters and digits are undone, hexadecimal digits are upper case.
func robotsPath(p string) string {
	var sb strings.Builder
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c == '%' && i+2 < len(p) {
			if n, err := strconv.ParseUint(p[i+1:i+3], 16, 8); err == nil {
				i += 2
				if isUnreserved(byte(n)) {
					sb.WriteByte(byte(n))
				} else {
					fmt.Fprintf(&sb, "%%%02X", n)
				}
				continue
			}
		}
		if c >= 0x80 {
			fmt.Fprintf(&sb, "%%%02X", c)
			continue
		}
		sb.WriteByte(c)
	}
	return sb.String()
}

// isUnreserved names the bytes that mean the same with and without escaping
// (RFC 3986 section 2.3).
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
