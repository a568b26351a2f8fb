package check

import (
	"io"
	"path/filepath"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// The part of SARIF 2.1.0 that a report needs, named as there.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string      `json:"id"`
		ShortDescription     sarifText   `json:"shortDescription"`
		FullDescription      sarifText   `json:"fullDescription"`
		Help                 sarifText   `json:"help"`
		HelpURI              string      `json:"helpUri"`
		DefaultConfiguration sarifConfig `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		// Suppressions are the reasons for which the site accepts the finding.
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

// level is a severity as SARIF calls it: the same word, but for what is not known.
func level(s Severity) string {
	if s == Unknown {
		return "note"
	}
	return string(s)
}

// SARIF prints a report as code scanners read it.
func SARIF(w io.Writer, r *Report, version string) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "athens-kfn", Version: version, InformationURI: problem.Project}
	index := map[string]int{}
	for i, rule := range Rules() {
		index[rule.Code] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID:               rule.Code,
			ShortDescription: sarifText{rule.Fault}, FullDescription: sarifText{rule.Why}, Help: sarifText{rule.Cure},
			HelpURI:              problem.Page("codes/" + rule.Code + ".md"),
			DefaultConfiguration: sarifConfig{level(rule.Severity)},
		})
	}
	for _, f := range r.All() {
		location := sarifLocation{Physical: sarifPhysical{
			Artifact: sarifArtifact{filepath.ToSlash(f.File)},
			Region:   sarifRegion{max(1, f.Line), max(1, f.Column)},
		}}
		if f.Field != "" {
			location.Logical = []sarifLogical{{f.Field}}
		}
		result := sarifResult{RuleID: f.Code, RuleIndex: index[f.Code], Level: level(f.Severity), Message: sarifText{f.Said()}, Locations: []sarifLocation{location}}
		if f.Accepted != "" {
			result.Suppressions = []sarifSuppression{{"inSource", f.Accepted}}
		}
		run.Results = append(run.Results, result)
	}
	return quote.JSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}
