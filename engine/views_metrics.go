package engine

import (
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// MetricsInput is a batch of counts that a program pushes.
type MetricsInput struct {
	Observations []ObservationInput `json:"observations" minItems:"1" maxItems:"1000"`
}

// ObservationInput is what a platform shows beside a post, or an account's
// followers, at a time. The post is named by id, by url, by post_id (the
// platform's own id, with account), or by account, title and published_at. A
// post that is not known is created when it has account, title, and a url or
// published_at.
type ObservationInput struct {
	ID          string            `json:"id,omitempty" maxLength:"200" doc:"Item id of this server"`
	URL         string            `json:"url,omitempty" maxLength:"2000"`
	PostID      string            `json:"post_id,omitempty" maxLength:"200" doc:"The platform's own id of the post"`
	Platform    string            `json:"platform,omitempty" maxLength:"50"`
	Account     string            `json:"account,omitempty" maxLength:"200" doc:"Id, or name or handle, of a benchmark account"`
	Title       string            `json:"title,omitempty" maxLength:"500"`
	PublishedAt *time.Time        `json:"published_at,omitempty"`
	ObservedAt  *time.Time        `json:"observed_at,omitempty" doc:"When the counts were read; now when it is missing, which a repeated request cannot repeat: send it, or an Idempotency-Key"`
	Counts      map[string]*int64 `json:"counts,omitempty" doc:"read play like comment share favorite repost coin danmaku exposure reader wow sent visit followed; *_rate in hundredths of a per cent; avg_seconds. null is unknown, and is not 0"`
	AtLeast     []string          `json:"at_least,omitempty" maxItems:"30" doc:"Counts (or followers) that are lower bounds: 10万+"`
	Followers   *int64            `json:"followers,omitempty" doc:"Of the account at observed_at"`
}

// MetricsResult says what came of a batch.
type MetricsResult struct {
	Rows      int           `json:"rows"`
	Added     int           `json:"added" doc:"Counts that were not known"`
	Unchanged int           `json:"unchanged" doc:"Counts that were known already"`
	Created   int           `json:"created" doc:"Posts that were not known"`
	Errors    []MetricError `json:"errors" doc:"Parts that were not taken; the rest was"`
}

// MetricError names a part of a batch that was not taken.
type MetricError struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// ImportPlan says how a file of counts is read.
type ImportPlan struct {
	AccountID  string            `json:"account_id,omitempty" maxLength:"200" doc:"Whose posts the file lists, unless a column says it"`
	Preset     string            `json:"preset,omitempty" enum:"auto,generic,wechat,xiaohongshu,douyin"`
	Map        map[string]string `json:"map,omitempty" doc:"Header or letter of a column → field; - leaves it out"`
	ObservedAt *time.Time        `json:"observed_at,omitempty" doc:"When the counts were read, unless a column says it; the time of the import when missing"`
	Zone       string            `json:"zone,omitempty" maxLength:"50" doc:"IANA zone of times without one; Asia/Shanghai when missing"`
}

// ImportPreview shows how a file would be read.
type ImportPreview struct {
	Import  ImportView     `json:"import"`
	Plan    ImportPlan     `json:"plan"`
	Preset  string         `json:"preset" doc:"The preset that was recognised or asked for, or empty"`
	Format  string         `json:"format"`
	Sheet   string         `json:"sheet"`
	Header  int            `json:"header" doc:"Line of the header row"`
	Columns []ImportColumn `json:"columns"`
	Fields  []string       `json:"fields" doc:"What a column can be"`
	Sample  []ImportRow    `json:"sample" doc:"The first rows as understood"`
	Notes   []string       `json:"notes"`
	Missing string         `json:"missing" doc:"Why nothing can be imported yet, or empty"`
}

// ImportColumn is a column of a file and what it is taken for.
type ImportColumn struct {
	Letter  string   `json:"letter"`
	Header  string   `json:"header"`
	Field   string   `json:"field"`
	Sure    bool     `json:"sure"`
	Note    string   `json:"note"`
	Samples []string `json:"samples"`
}

// ImportRow is a row of a file as understood.
type ImportRow struct {
	Row         int                  `json:"row"`
	Title       string               `json:"title"`
	URL         string               `json:"url"`
	Account     string               `json:"account"`
	PublishedAt *time.Time           `json:"published_at"`
	ObservedAt  *time.Time           `json:"observed_at"`
	Followers   *int64               `json:"followers"`
	Counts      []CountView          `json:"counts"`
	Errors      []xuanti.ImportError `json:"errors"`
}

// MetricView is a count at a time, with where it comes from.
type MetricView struct {
	Name       string    `json:"name"`
	At         time.Time `json:"at"`
	Value      int64     `json:"value"`
	AtLeast    bool      `json:"at_least"`
	Provenance string    `json:"provenance" doc:"feed, api, manual, import:ID, demo"`
}

// PostDetail is a benchmark post with its counts over time.
type PostDetail struct {
	PostView
	AccountID string       `json:"account_id"`
	Metrics   []MetricView `json:"metrics"`
}

// ParseColumnMap reads "column=field,column=field", as an address or a command
// line carries it.
func ParseColumnMap(s string) (map[string]string, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	m := map[string]string{}
	for _, pair := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		column, field, ok := strings.Cut(pair, "=")
		column, field = strings.TrimSpace(column), strings.TrimSpace(field)
		if !ok || column == "" || field == "" {
			return nil, invalid("query.map", "map 要写成 列=字段,列=字段 (write column=field,column=field)")
		}
		m[column] = field
	}
	return m, nil
}
