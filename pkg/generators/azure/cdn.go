package azure

// The kinds of a Front Door, and the fields of them that are written. What a
// field may hold is said in testdata/aso.txt.
const (
	cdnGroup   = "cdn.azure.com"
	cdnVersion = "v1api20230501"
)

var (
	profile        = kind{cdnGroup, cdnVersion, "Profile"}
	afdEndpoint    = kind{cdnGroup, cdnVersion, "AfdEndpoint"}
	afdOriginGroup = kind{cdnGroup, cdnVersion, "AfdOriginGroup"}
	afdOrigin      = kind{cdnGroup, cdnVersion, "AfdOrigin"}
	customDomain   = kind{cdnGroup, cdnVersion, "AfdCustomDomain"}
	route          = kind{cdnGroup, cdnVersion, "Route"}
	ruleSet        = kind{cdnGroup, cdnVersion, "RuleSet"}
	cdnRule        = kind{cdnGroup, cdnVersion, "Rule"}
	securityPolicy = kind{cdnGroup, cdnVersion, "SecurityPolicy"}
)

// The words by which Azure says yes and no.
const (
	enabled  = "Enabled"
	disabled = "Disabled"
)

type profileSpec struct {
	AzureName                    string       `json:"azureName"`
	Owner                        owner        `json:"owner"`
	Location                     string       `json:"location"`
	SKU                          sku          `json:"sku"`
	OriginResponseTimeoutSeconds int64        `json:"originResponseTimeoutSeconds"`
	OperatorSpec                 operatorSpec `json:"operatorSpec"`
}

type sku struct {
	Name string `json:"name"`
}

type endpointSpec struct {
	AzureName    string       `json:"azureName"`
	Owner        owner        `json:"owner"`
	Location     string       `json:"location"`
	EnabledState string       `json:"enabledState"`
	OperatorSpec operatorSpec `json:"operatorSpec"`
}

type originGroupSpec struct {
	Owner                 owner         `json:"owner"`
	HealthProbeSettings   healthProbe   `json:"healthProbeSettings"`
	LoadBalancingSettings loadBalancing `json:"loadBalancingSettings"`
	SessionAffinityState  string        `json:"sessionAffinityState"`
}

type healthProbe struct {
	ProbePath              string `json:"probePath"`
	ProbeRequestType       string `json:"probeRequestType"`
	ProbeProtocol          string `json:"probeProtocol"`
	ProbeIntervalInSeconds int    `json:"probeIntervalInSeconds"`
}

type loadBalancing struct {
	SampleSize                      int `json:"sampleSize"`
	SuccessfulSamplesRequired       int `json:"successfulSamplesRequired"`
	AdditionalLatencyInMilliseconds int `json:"additionalLatencyInMilliseconds"`
}

type originSpec struct {
	Owner                       owner              `json:"owner"`
	HostName                    string             `json:"hostName"`
	OriginHostHeader            string             `json:"originHostHeader"`
	HTTPSPort                   int32              `json:"httpsPort"`
	EnforceCertificateNameCheck bool               `json:"enforceCertificateNameCheck"`
	Priority                    int                `json:"priority"`
	Weight                      int                `json:"weight"`
	EnabledState                string             `json:"enabledState"`
	SharedPrivateLinkResource   *sharedPrivateLink `json:"sharedPrivateLinkResource,omitempty"`
}

type sharedPrivateLink struct {
	PrivateLink         reference `json:"privateLink"`
	PrivateLinkLocation string    `json:"privateLinkLocation"`
	RequestMessage      string    `json:"requestMessage"`
}

type customDomainSpec struct {
	Owner        owner        `json:"owner"`
	HostName     string       `json:"hostName"`
	TLSSettings  tlsSettings  `json:"tlsSettings"`
	OperatorSpec operatorSpec `json:"operatorSpec"`
}

type tlsSettings struct {
	CertificateType   string `json:"certificateType"`
	MinimumTLSVersion string `json:"minimumTlsVersion"`
}

type routeSpec struct {
	Owner               owner       `json:"owner"`
	CustomDomains       []reference `json:"customDomains"`
	LinkToDefaultDomain string      `json:"linkToDefaultDomain"`
	PatternsToMatch     []string    `json:"patternsToMatch"`
	SupportedProtocols  []string    `json:"supportedProtocols"`
	HTTPSRedirect       string      `json:"httpsRedirect"`
	ForwardingProtocol  string      `json:"forwardingProtocol"`
	OriginGroup         reference   `json:"originGroup"`
	RuleSets            []reference `json:"ruleSets,omitempty"`
	EnabledState        string      `json:"enabledState"`
}

type ruleSetSpec struct {
	AzureName string `json:"azureName"`
	Owner     owner  `json:"owner"`
}

type ruleSpec struct {
	AzureName               string      `json:"azureName"`
	Owner                   owner       `json:"owner"`
	Order                   int         `json:"order"`
	MatchProcessingBehavior string      `json:"matchProcessingBehavior"`
	RuleConditions          []condition `json:"ruleconditions"`
	Actions                 []action    `json:"actions"`
}

// condition is one of its keys.
type condition struct {
	URLPath          *match `json:"urlPath,omitempty"`
	URLFileExtension *match `json:"urlFileExtension,omitempty"`
}

type match struct {
	Name       string      `json:"name"`
	Parameters matchValues `json:"parameters"`
}

type matchValues struct {
	TypeName    string   `json:"typeName"`
	Operator    string   `json:"operator"`
	MatchValues []string `json:"matchValues"`
}

type action struct {
	RouteConfigurationOverride routeOverride `json:"routeConfigurationOverride"`
}

type routeOverride struct {
	Name       string                  `json:"name"`
	Parameters routeOverrideParameters `json:"parameters"`
}

type routeOverrideParameters struct {
	TypeName           string             `json:"typeName"`
	CacheConfiguration cacheConfiguration `json:"cacheConfiguration"`
}

type cacheConfiguration struct {
	CacheBehavior              string `json:"cacheBehavior"`
	CacheDuration              string `json:"cacheDuration"`
	QueryStringCachingBehavior string `json:"queryStringCachingBehavior"`
	IsCompressionEnabled       string `json:"isCompressionEnabled"`
}

type securityPolicySpec struct {
	Owner      owner                    `json:"owner"`
	Parameters securityPolicyParameters `json:"parameters"`
}

type securityPolicyParameters struct {
	WebApplicationFirewall firewallAssociation `json:"webApplicationFirewall"`
}

type firewallAssociation struct {
	Type         string        `json:"type"`
	WAFPolicy    reference     `json:"wafPolicy"`
	Associations []association `json:"associations"`
}

type association struct {
	Domains         []reference `json:"domains"`
	PatternsToMatch []string    `json:"patternsToMatch"`
}
