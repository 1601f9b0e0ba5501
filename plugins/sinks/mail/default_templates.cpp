#include "plugins/sinks/mail/default_templates.hpp"

namespace assay::mail {
namespace {

constexpr TemplateTexts customer{
    "{{#declined}}We stopped a payment{{/declined}}"
    "{{#review}}Please check a payment{{/review}}"
    "{{#approved}}About a payment{{/approved}}{{#amount}} of {{amount}}{{/amount}}",

    R"(Dear {{name}}{{^name}}customer{{/name}},

{{#declined}}We did not carry out this payment:
{{/declined}}{{#review}}We are checking this payment. Is it yours?
{{/review}}{{#approved}}We noticed this payment. Is it yours?
{{/approved}}

{{#amount}}  Amount:    {{amount}}
{{/amount}}{{#merchant}}  Merchant:  {{merchant}}
{{/merchant}}{{#place}}  Place:     {{place}}
{{/place}}  Time:      {{time}}
{{#card}}  Card:      {{card}}
{{/card}}

Why we write:
{{#reasons}}
  - {{words}}
{{/reasons}}

What to do:
  {{help}}{{^help}}If this was not you, tell us at once.{{/help}}
{{#phone}}  Call us:   {{phone}}
{{/phone}}{{#url}}  Online:    {{url}}
{{/url}}

We never ask for a password, a PIN or a whole card number by mail.
Reference: {{reference}}
{{#sender}}

{{sender}}
{{/sender}}
)",

    R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>About a payment</title></head>
<body style="font-family: sans-serif; color: #222; max-width: 36em">
<p>Dear {{name}}{{^name}}customer{{/name}},</p>
<p><strong>
{{#declined}}We did not carry out this payment:
{{/declined}}{{#review}}We are checking this payment. Is it yours?
{{/review}}{{#approved}}We noticed this payment. Is it yours?
{{/approved}}</strong></p>
<table cellpadding="4">
{{#amount}}<tr><td>Amount</td><td>{{amount}}</td></tr>
{{/amount}}{{#merchant}}<tr><td>Merchant</td><td>{{merchant}}</td></tr>
{{/merchant}}{{#place}}<tr><td>Place</td><td>{{place}}</td></tr>
{{/place}}<tr><td>Time</td><td>{{time}}</td></tr>
{{#card}}<tr><td>Card</td><td>{{card}}</td></tr>
{{/card}}</table>
<p>Why we write:</p>
<ul>
{{#reasons}}
<li>{{words}}</li>
{{/reasons}}
</ul>
<p>What to do: {{help}}{{^help}}If this was not you, tell us at once.{{/help}}</p>
{{#phone}}<p>Call us: {{phone}}</p>
{{/phone}}{{#url}}<p>Online: <a href="{{url}}">{{url}}</a></p>
{{/url}}<p style="color: #666">
We never ask for a password, a PIN or a whole card number by mail.<br>
Reference: {{reference}}</p>
{{#sender}}
<p>{{sender}}</p>
{{/sender}}
</body>
</html>
)"};

constexpr TemplateTexts desk{
    "[{{decision}}]{{#amount}} {{amount}}{{/amount}}{{#merchant}} at {{merchant}}{{/merchant}}:"
    "{{#reasons}} {{reason}}{{/reasons}}",

    R"(Decision:     {{decision}}{{#score}}, score {{score}}{{/score}}

Transaction:  {{reference}}
Record:       {{topic}} partition {{partition}} offset {{offset}}
Recorded:     {{recorded}}
Time:         {{time}}
{{#type}}Type:         {{type}}
{{/type}}{{#amount}}Amount:       {{amount}}
{{/amount}}{{#merchant}}Merchant:     {{merchant}}
{{/merchant}}{{#place}}Place:        {{place}}
{{/place}}{{#card}}Card:         {{card}}
{{/card}}{{#user_id}}User:         {{user_id}}
{{/user_id}}{{#name}}Name:         {{name}}
{{/name}}E-mail:       {{customer}}{{^customer}}none on record{{/customer}}

{{#reasons}}
{{rule}} version {{version}}: {{reason}}, score {{score}}
  {{words}}
{{#evidence}}
  {{name}} = {{value}}
{{/evidence}}
{{#customer_words}}  The customer may be told: {{customer_words}}
{{/customer_words}}{{^customer_words}}  NOT to be told to the customer.
{{/customer_words}}

{{/reasons}}
{{#unanswered}}
No answer from {{rule}} version {{version}}{{#words}}: {{words}}{{/words}}
{{/unanswered}}
)",

    R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{decision}}</title></head>
<body style="font-family: sans-serif; color: #222">
<p><strong>{{decision}}</strong>{{#score}}, score {{score}}{{/score}}</p>
<table cellpadding="3">
<tr><td>Transaction</td><td>{{reference}}</td></tr>
<tr><td>Record</td><td>{{topic}} partition {{partition}} offset {{offset}}</td></tr>
<tr><td>Recorded</td><td>{{recorded}}</td></tr>
<tr><td>Time</td><td>{{time}}</td></tr>
{{#type}}<tr><td>Type</td><td>{{type}}</td></tr>
{{/type}}{{#amount}}<tr><td>Amount</td><td>{{amount}}</td></tr>
{{/amount}}{{#merchant}}<tr><td>Merchant</td><td>{{merchant}}</td></tr>
{{/merchant}}{{#place}}<tr><td>Place</td><td>{{place}}</td></tr>
{{/place}}{{#card}}<tr><td>Card</td><td>{{card}}</td></tr>
{{/card}}{{#user_id}}<tr><td>User</td><td>{{user_id}}</td></tr>
{{/user_id}}{{#name}}<tr><td>Name</td><td>{{name}}</td></tr>
{{/name}}<tr><td>E-mail</td><td>{{customer}}{{^customer}}none on record{{/customer}}</td></tr>
</table>
{{#reasons}}
<h3>{{reason}}</h3>
<p>{{words}}<br>
{{rule}} version {{version}}, score {{score}}</p>
<ul>
{{#evidence}}
<li>{{name}} = {{value}}</li>
{{/evidence}}
</ul>
{{#customer_words}}<p>The customer may be told: {{customer_words}}</p>
{{/customer_words}}{{^customer_words}}<p><strong>NOT to be told to the customer.</strong></p>
{{/customer_words}}
{{/reasons}}
{{#unanswered}}
<p>No answer from {{rule}} version {{version}}{{#words}}: {{words}}{{/words}}</p>
{{/unanswered}}
</body>
</html>
)"};

}  // namespace

TemplateTexts default_templates(Audience audience) {
  return audience == Audience::customer ? customer : desk;
}

}  // namespace assay::mail
