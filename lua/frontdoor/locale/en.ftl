# English, which stands in for what other languages lack.
#
# For translators: people who never heard of XMPP read this, on a phone. Short, friendly sentences in the second
# person; "app" rather than "client", "chat address" rather than "JID". { $name } is put in by the server.

# Which way the script runs: ltr or rtl
direction = ltr

## At the foot of every page

about_xmpp = { $site_name } is part of XMPP, an open network for chat. Like e-mail, it belongs to no single company.

## The invitation

invite_title = Invitation to { $site_name }
invite_title_from = { $inviter } invites you to { $site_name }
invite_title_contact = { $inviter } would like to chat with you
invite_heading = You are invited to chat on { $site_name }
invite_heading_from = { $inviter } invites you to chat on { $site_name }
invite_lead = Choose an app, choose a name, and start chatting. The account is free, and nobody asks for your phone number.
invite_lead_from = Once you have joined, you and { $inviter } are in each other’s contacts. The account is free, and nobody asks for your phone number.
invite_lead_contact = Open this invitation in your chat app, and you and { $inviter } are in each other’s contacts.
invite_reserved = The chat address { $address } is kept for you.
invite_preview = Open the link to choose an app and join the chat.

# $platform is the name of an operating system, such as Android
app_recommended = A good app for { $platform }
platform_iOS = iPhone and iPad
platform_macOS = Mac
app_continue = Continue with { $app }
app_elsewhere = Other places to get { $app }
app_choose = Choose an app
app_others = Other apps
app_other_devices = Apps for other devices
app_select = Choose
have_app = I already have an app
have_app_open = If an app for XMPP is on this device, it can take over from here:
have_app_button = Open the invitation in my app
have_app_register = Or choose your name and password here in the browser, and use them in any app:
register_here = Register in the browser
contact_open = Open in my chat app
contact_address = Nothing happens? Then add this address to your contacts in the app:
contact_no_app = I have no chat app yet
contact_no_app_text = These apps work. You need an account as well; most apps help you to get one.
qr_summary = Continue on another device
qr_text = Point the camera of your phone or tablet at this picture to open the invitation there.
qr_alternative = QR code that holds the address of this page

# What the apps are like, by their ids
about_app_conversations = A polished, dependable messenger for Android, with calls, groups and encryption.
about_app_cheogram = A playful messenger for Android, with stickers, calls and plenty of extras.
about_app_yaxim = A small and simple messenger that also runs on older Android phones.
about_app_monal = A modern, private messenger that feels at home on iPhone, iPad and Mac.
about_app_siskin-im = A lightweight messenger for iPhone and iPad, with voice and video calls.
about_app_beagle-im = A lightweight messenger for the Mac, with voice and video calls.
about_app_dino = A clean and friendly messenger for Linux, with calls and file sharing.
about_app_gajim = A complete messenger for your computer, with groups, file sharing and encryption.
about_app_renga = A native messenger made for Haiku.

## An app that takes over the invitation

setup_title = Chat on { $site_name } with { $app }
setup_install = Install { $app }
setup_install_text = Get { $app }, then come back to this page:
setup_open = Open your invitation
setup_open_text = With { $app } installed, this button finishes the setup in the app:
setup_open_button = Accept the invitation in { $app }
setup_register = Create your account
setup_register_text = Choose your name and password here in the browser, then log in to { $app } with them.
setup_fallback = The button does nothing?
setup_fallback_text = Then choose your name and password here in the browser, and log in to the app with them.

## Invitations that cannot be used

invalid_unknown = This invitation does not exist
invalid_unknown_text = Part of the link may be missing, or the invitation was withdrawn. Check that you opened the whole link, or ask for a new one.
invalid_expired = This invitation has expired
invalid_expired_text = Invitations are good for a limited time only. Ask the person who sent it for a new one.
invalid_used = This invitation has been used
invalid_used_text = An invitation makes one account. If it was you: open your app and log in. If not, ask for a new one.
invalid_reset = This link is for another purpose
invalid_reset_text = It was made to choose a new password, and this server does not offer that on the web. Ask whoever runs { $site_name }.
unknown_app = We do not know this app
unknown_app_text = Go back to the invitation and choose one of the apps there.
unknown_app_button = Back to the invitation
page_failed = Something went wrong
page_failed_text = That is our fault, not yours. Nothing is lost: wait a moment and try again.

## The form

register_title = Create your account on { $site_name }
register_lead = Only two things are needed. They work in every app, on all your devices.
register_lead_from = Only two things are needed. Then you and { $inviter } are in each other’s contacts.
register_in_app = { $app } is on this device already?
register_in_app_button = Continue in { $app }
name_label = Choose your name
name_reserved_label = Your name
name_hint = It becomes your chat address:
name_example = yourname
name_reserved_hint = This invitation is for { $address }.
password_label = Choose a password
password_hint = A few words in a row are easy to keep in mind and hard to guess.
password_show = Show password
password_hide = Hide password
register_button = Create my account

rule_length = { $length ->
    [one] At least one character
   *[other] At least { $length } characters
}
rule_exclude_username = Your name is not part of it
rule_common = Not one that many people use
rule_strength = Not easy to guess

## What is wrong with the form. The first three are known to operators’ own templates.

problem_fields = Please fill in all fields.
problem_name_characters = This username contains invalid characters.
problem_name_taken = This username is already in use.
problem_name_missing = Choose a name.
problem_name_long = This name is too long. Choose a shorter one.
problem_name_reserved = This invitation is for the name { $username } only.
problem_name_reserved_taken = This username is already in use. Is it you? Then open your app and log in. Otherwise ask for a new invitation.
problem_name_free = These names are available:
problem_password_no_password = Choose a password.
problem_password_characters = The password has characters that a password cannot have.
problem_title = Please look at this again
# The rules of the password policy, by their names
problem_password_length = Password is too short (minimum { $length } characters).
problem_password_max_length = Password is too long (maximum { $max_length } characters).
problem_password_username = Password must not include your username.
problem_password_common = This password is used by many people. Choose another one.
problem_password_strength = This password is easy to guess. Make it longer or less usual.

## The account is there

success_title = Welcome to { $site_name }
success_heading = Your account is ready
success_text = You have created an account on { $site_name }.
success_address = Your chat address
success_keep = Keep your password safe: nobody can read it on the server, and nobody will ever ask you for it.
success_install = Get { $app }
success_install_text = Not installed yet? Here it is:
success_login = Log in to { $app }
success_login_text = Open { $app } and log in with your chat address and your password.
success_any = Open any app for XMPP and log in with your chat address and your password.
success_webchat = Chat in the browser
success_webchat_text = No app at hand? Log in to the web chat:
success_share = Let friends find you
success_share_text = Friends who have a chat app can point their camera at this picture, or open your chat address as a link:
success_qr_alternative = QR code that holds your chat address

## Registration did not work

error_title = Registration did not work
error_denied = Registration is not allowed.
error_elsewhere = This form was sent from another website. Open your invitation again and fill in the form there.
error_throttled = Too many attempts from your network. Wait a few minutes, then try again.
error_busy = The server is busy. Go back and try again in a few seconds.
# $id is a short code for the server’s log
error_failed = An unknown error has occurred ({ $id })
error_failed_text = That is our fault, not yours. Try again, or give this code to whoever runs { $site_name }.
error_back = Back to the invitation

## A new password

reset_title = Choose a new password
reset_heading = Choose a new password
reset_lead = For your account { $address } on { $site_name }.
reset_password_label = New password
reset_button = Save the new password
reset_done = Your password has been changed
reset_done_text = Log in with it again in your apps: they still know the old one.
reset_expired = This link has expired
reset_expired_text = Links to choose a password are good for a limited time only. Ask whoever runs { $site_name } for a new one.
reset_used = This link has been used
reset_used_text = It changes the password only once. If that was not you, tell whoever runs { $site_name }.
reset_unknown = This link does not exist
reset_unknown_text = Part of it may be missing. Check that you opened the whole link, or ask for a new one.
reset_no_account = This account does not exist any more
reset_no_account_text = Ask whoever runs { $site_name } for help.

## Registration through a web form, confirmed by mail

confirm_title = Confirm your registration
confirm_heading = Almost there
confirm_text = Confirm that you want an account on { $site_name }.
confirm_code = The code from the mail you received
confirm_failure = That did not work
confirm_again = Enter another code
confirm_unknown = This code is not valid. It may have expired, or you have used it already: then your account is ready and you can log in. Otherwise please register again.
confirm_no_token = Please enter the code from the mail you received.
confirm_name_taken = Somebody else has taken this name in the meantime. Please register again with another name.
confirm_busy = The server is very busy. Please wait a few seconds and try again.
confirm_failed = Something went wrong on our side. Please try again in a few minutes.

## An app asks somebody to log in

login_title = Log in to { $site_name }
login_lead = This app would like you to log in:
login_password_safe = The app does not get to see your password. Only { $site_name } does.
login_password_label = Your password
login_button = Log in
login_cancel = Cancel and go back to the app
login_wrong = The chat address or the password is wrong. Try again.
login_expired = That took too long. Please log in again.
login_too_many = { $minutes ->
    [one] Too many attempts. Wait a minute, then try again.
   *[other] Too many attempts. Wait { $minutes } minutes, then try again.
}
login_busy = The server is busy. Try again in a few seconds.

## What the app may do

consent_title = May this app use your account?
consent_name_hint = Apps choose their own names. The address shows where this one comes from.
consent_logged_in = You are logged in as
consent_not_you = Not you? Use another account
consent_scopes = If you allow it, the app can
consent_nothing = The app does not ask to see your messages or your contacts.
consent_policy = What the app does with your data
consent_terms = The app’s terms of use
consent_allow = Allow
consent_deny = Do not allow

# These follow “If you allow it, the app can”
scope_openid = Learn who you are
scope_openid_text = Your chat address, and when you logged in
scope_offline_access = Stay connected
scope_offline_access_text = Also while you are away, without asking you again
scope_xmpp = Use your whole account
scope_xmpp_text = Read and send messages as you, see and change your contacts
# $role is the name of a role, as the server’s software has it
scope_role = Act with the role “{ $role }”
scope_role_text = Do whatever people with this role can do on { $site_name }

## A code to copy into the app

oob_title = One last step
oob_text = Copy this code into { $client_name }, and show it to nobody else. Then you can close this page.
oob_label = Your code
oob_copy = Copy the code
oob_copied = Copied

## An app on another device, such as a television

device_title = Connect a device
device_lead = An app on another device wants to log in to { $site_name }? Enter the code that it shows.
device_label = Code
device_hint = It looks like this: XXXX-XXXX
device_button = Continue
device_unknown = This code is wrong or has expired. Compare it with your device, or start again there.
device_too_many = { $minutes ->
    [one] Too many wrong codes. Wait a minute, then try again.
   *[other] Too many wrong codes. Wait { $minutes } minutes, then try again.
}
device_confirm_title = Is this your device?
device_confirm_lead = On another device, this app wants to log in with your account:
device_confirm_code = Compare the code. Your device has to show this one:
device_confirm_text = Go on only if it is the same, and if you have started this yourself just now.
device_confirm_button = Yes, continue
device_confirm_stop = That was not you, or somebody sent you the code? Then close this page. Nothing has happened.
device_done = Your device is connected
device_done_text = Go back to your device: { $client_name } continues there. You can close this page.

## The app cannot be let in

oauth_error_title = The app is not connected
oauth_error_request = We do not understand what the app asks for. Nothing has happened: go back to the app and try again, or tell the people who make it.
oauth_error_client = We do not know this app, or not any more. Go back to the app and start again, or tell the people who make it.
oauth_error_redirect = The app wants to send you to a place that it has not told us about. To be safe, we stop here: tell the people who make the app.
oauth_error_elsewhere = This form was sent from another website. Go back to the app and start again there.
oauth_error_form = The form has arrived damaged. Go back and try again.
oauth_error_denied = You said no. The app has been given nothing, and you can close this page.
oauth_error_nothing = Your account cannot give the app anything of what it asks for. Nothing has happened.
oauth_error_failed = Something went wrong on our side. Wait a moment, then try again.
oauth_error_details = Details for the app’s developers:
