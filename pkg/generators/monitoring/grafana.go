package monitoring

// Dashboard of Grafana, schema version 41 (Grafana 11).
type Dashboard struct {
	UID           string           `json:"uid"`
	Title         string           `json:"title"`
	Tags          []string         `json:"tags"`
	SchemaVersion int              `json:"schemaVersion"`
	Editable      bool             `json:"editable"`
	Refresh       string           `json:"refresh"`
	Time          timeRange        `json:"time"`
	Links         []dashboardLink  `json:"links"`
	Templating    templating       `json:"templating"`
	Panels        []dashboardPanel `json:"panels"`
}

type timeRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// dashboardLink leads to a page, or to all dashboards with tags.
type dashboardLink struct {
	Title       string   `json:"title"`
	Type        string   `json:"type"`
	Icon        string   `json:"icon"`
	URL         string   `json:"url"`
	Tags        []string `json:"tags"`
	AsDropdown  bool     `json:"asDropdown"`
	KeepTime    bool     `json:"keepTime"`
	TargetBlank bool     `json:"targetBlank"`
}

type templating struct {
	List []variable `json:"list"`
}

type variable struct {
	Name       string      `json:"name"`
	Type       string      `json:"type"`
	Label      string      `json:"label"`
	Datasource *datasource `json:"datasource,omitempty"`
	Query      string      `json:"query"`
	Current    *current    `json:"current,omitempty"`
	IncludeAll bool        `json:"includeAll,omitempty"`
	AllValue   string      `json:"allValue,omitempty"`
	Multi      bool        `json:"multi,omitempty"`
	Refresh    int         `json:"refresh,omitempty"`
	Sort       int         `json:"sort,omitempty"`
}

// current is what a variable begins with.
type current struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

// dashboardPanel is a graph, a number, a gauge or the title of a row.
type dashboardPanel struct {
	ID          int           `json:"id"`
	Title       string        `json:"title"`
	Description string        `json:"description,omitempty"`
	Type        string        `json:"type"`
	Datasource  datasource    `json:"datasource"`
	GridPos     gridPos       `json:"gridPos"`
	FieldConfig fieldConfig   `json:"fieldConfig"`
	Options     *panelOptions `json:"options,omitempty"`
	Targets     []panelTarget `json:"targets"`
}

type datasource struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

func prometheus() datasource { return datasource{"prometheus", "${datasource}"} }

type gridPos struct {
	H int `json:"h"`
	W int `json:"w"`
	X int `json:"x"`
	Y int `json:"y"`
}

type fieldConfig struct {
	Defaults fieldDefaults `json:"defaults"`
}

type fieldDefaults struct {
	Unit       string      `json:"unit,omitempty"`
	Min        *float64    `json:"min,omitempty"`
	Max        *float64    `json:"max,omitempty"`
	Decimals   *int        `json:"decimals,omitempty"`
	NoValue    string      `json:"noValue,omitempty"`
	Color      *colorMode  `json:"color,omitempty"`
	Thresholds *thresholds `json:"thresholds,omitempty"`
	Custom     *custom     `json:"custom,omitempty"`
}

// colorMode says what the color of a value is taken from.
type colorMode struct {
	Mode string `json:"mode"`
}

type thresholds struct {
	Mode  string `json:"mode"`
	Steps []step `json:"steps"`
}

// step is the color from a value on; that of the first has none.
type step struct {
	Color string   `json:"color"`
	Value *float64 `json:"value"`
}

// custom is how a graph shows thresholds.
type custom struct {
	ThresholdsStyle colorMode `json:"thresholdsStyle"`
}

// panelOptions are those of a number or a gauge: what it is made of, and what is
// coloured.
type panelOptions struct {
	ReduceOptions reduceOptions `json:"reduceOptions"`
	ColorMode     string        `json:"colorMode,omitempty"`
	GraphMode     string        `json:"graphMode,omitempty"`
}

type reduceOptions struct {
	Calcs  []string `json:"calcs"`
	Fields string   `json:"fields"`
	Values bool     `json:"values"`
}

// panelTarget is a query with the name of its lines.
type panelTarget struct {
	RefID        string `json:"refId"`
	Expr         string `json:"expr"`
	LegendFormat string `json:"legendFormat"`
	// Instant asks for the value now, Range for those of the time shown.
	Instant bool `json:"instant"`
	Range   bool `json:"range"`
}
