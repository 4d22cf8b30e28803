# Arabic (العربية)

# Which way the script runs: ltr or rtl
direction = rtl

## At the foot of every page

about_xmpp = { $site_name } جزء من XMPP، وهي شبكة دردشة مفتوحة. ومثل البريد الإلكتروني، لا تملكها شركة بعينها.

## The invitation

invite_title = دعوة إلى { $site_name }
invite_title_from = دعوة من { $inviter } إلى { $site_name }
invite_title_contact = لديك دعوة للدردشة مع { $inviter }
invite_heading = لديك دعوة للدردشة على { $site_name }
invite_heading_from = لديك دعوة من { $inviter } للدردشة على { $site_name }
invite_lead = يكفي اختيار تطبيق واسم لبدء الدردشة. الحساب مجاني، ولن يطلب أحد رقم هاتفك.
invite_lead_from = بمجرد انضمامك، سيظهر اسم { $inviter } في جهات اتصالك، واسمك في جهات اتصال { $inviter }. الحساب مجاني، ولن يطلب أحد رقم هاتفك.
invite_lead_contact = بمجرد فتح هذه الدعوة في تطبيق الدردشة، سيظهر اسم { $inviter } في جهات اتصالك، واسمك في جهات اتصال { $inviter }.
invite_reserved = عنوان الدردشة { $address } محجوز لك.
invite_preview = من هذا الرابط يمكنك اختيار تطبيق والانضمام إلى الدردشة.

# $platform is the name of an operating system, such as Android
app_recommended = تطبيق جيد لنظام { $platform }
platform_iOS = آيفون وآيباد
platform_macOS = Mac
app_continue = المتابعة مع { $app }
app_elsewhere = أماكن أخرى للحصول على { $app }
app_choose = اختيار تطبيق
app_others = تطبيقات أخرى
app_other_devices = تطبيقات لأجهزة أخرى
app_select = اختيار
have_app = لديّ تطبيق بالفعل
have_app_open = إذا كان على هذا الجهاز تطبيق يدعم XMPP، فيمكنك المتابعة فيه من هنا:
have_app_button = فتح الدعوة في تطبيقي
have_app_register = أو يمكنك اختيار اسمك وكلمة المرور هنا في المتصفح، ثم استخدامهما في أي تطبيق:
register_here = التسجيل في المتصفح
contact_open = فتح في تطبيق الدردشة
contact_address = لم يحدث شيء؟ يمكنك إذن إضافة هذا العنوان إلى جهات اتصالك في التطبيق:
contact_no_app = ليس لديّ تطبيق دردشة بعد
contact_no_app_text = هذه التطبيقات مناسبة. يلزمك حساب أيضًا، والتطبيق يساعدك في الحصول عليه.
qr_summary = المتابعة على جهاز آخر
qr_text = لفتح الدعوة على هاتفك أو جهازك اللوحي، يكفي توجيه كاميرته نحو هذه الصورة.
qr_alternative = رمز QR يحمل عنوان هذه الصفحة

# What the apps are like, by their ids
about_app_conversations = تطبيق متقن وموثوق لأندرويد، مع مكالمات ومجموعات وتشفير.
about_app_cheogram = تطبيق مرح لأندرويد، مع ملصقات ومكالمات ومزايا كثيرة.
about_app_yaxim = تطبيق صغير وبسيط يعمل أيضًا على هواتف أندرويد القديمة.
about_app_monal = تطبيق حديث يحترم الخصوصية، لأجهزة آيفون وآيباد وماك.
about_app_siskin-im = تطبيق خفيف لآيفون وآيباد، مع مكالمات صوتية ومرئية.
about_app_beagle-im = تطبيق خفيف لأجهزة ماك، مع مكالمات صوتية ومرئية.
about_app_dino = تطبيق أنيق وسهل لنظام لينكس، مع مكالمات ومشاركة للملفات.
about_app_gajim = تطبيق متكامل للحاسوب، مع مجموعات ومشاركة للملفات وتشفير.
about_app_renga = تطبيق مصمَّم خصيصًا لنظام هايكو.

## An app that takes over the invitation

setup_title = الدردشة على { $site_name } باستخدام { $app }
setup_install = تثبيت { $app }
setup_install_text = يمكنك الحصول على { $app } من أحد هذه الأماكن، ثم العودة إلى هذه الصفحة:
setup_open = فتح دعوتك
setup_open_text = بعد تثبيت { $app }، يُكمل هذا الزر الإعداد في التطبيق:
setup_open_button = قبول الدعوة في { $app }
setup_register = إنشاء حسابك
setup_register_text = يمكنك اختيار اسمك وكلمة المرور هنا في المتصفح، ثم تسجيل الدخول بهما في { $app }.
setup_fallback = الزر لا يعمل؟
setup_fallback_text = يمكنك إذن اختيار اسمك وكلمة المرور هنا في المتصفح، ثم تسجيل الدخول بهما في التطبيق.

## Invitations that cannot be used

invalid_unknown = هذه الدعوة غير موجودة
invalid_unknown_text = ربما ينقص جزء من الرابط، أو سُحبت الدعوة. يُرجى التأكد من فتح الرابط كاملًا، أو طلب دعوة جديدة.
invalid_expired = انتهت صلاحية هذه الدعوة
invalid_expired_text = تسري الدعوات لمدة محدودة فقط. يمكنك طلب دعوة جديدة من الشخص الذي أرسلها إليك.
invalid_used = سبق استخدام هذه الدعوة
invalid_used_text = كل دعوة تصلح لإنشاء حساب واحد. إن كنت قد استخدمتها بنفسك، فيمكنك فتح تطبيقك وتسجيل الدخول. وإلا فيمكنك طلب دعوة جديدة.
invalid_reset = هذا الرابط لغرض آخر
invalid_reset_text = أُنشئ هذا الرابط لاختيار كلمة مرور جديدة، لكن هذا الخادم لا يتيح ذلك على الويب. يمكنك سؤال القائمين على { $site_name }.
unknown_app = لا نعرف هذا التطبيق
unknown_app_text = يمكنك العودة إلى الدعوة واختيار أحد التطبيقات المذكورة فيها.
unknown_app_button = العودة إلى الدعوة
page_failed = حدث خطأ ما
page_failed_text = الخطأ منّا وليس منك. لم يضِع شيء: يكفي الانتظار لحظة ثم المحاولة من جديد.

## The form

register_title = إنشاء حسابك على { $site_name }
register_lead = المطلوب أمران فقط، وهما صالحان في كل التطبيقات وعلى كل أجهزتك.
register_lead_from = المطلوب أمران فقط. بعدها سيظهر اسم { $inviter } في جهات اتصالك، واسمك في جهات اتصال { $inviter }.
register_in_app = هل { $app } موجود على هذا الجهاز بالفعل؟
register_in_app_button = المتابعة في { $app }
name_label = اختيار اسمك
name_reserved_label = اسمك
# U+2066 and U+2069 keep the address in order, from left to right
name_hint = سيصبح عنوان الدردشة الخاص بك:
name_example = yourname
name_reserved_hint = هذه الدعوة مخصصة للعنوان { $address }.
password_label = اختيار كلمة المرور
password_hint = بضع كلمات متتالية يسهل تذكّرها ويصعب تخمينها.
password_show = إظهار كلمة المرور
password_hide = إخفاء كلمة المرور
register_button = إنشاء حسابي

rule_length = { $length ->
    [one] حرف واحد على الأقل
    [two] حرفان على الأقل
    [few] { $length } أحرف على الأقل
    [many] { $length } حرفًا على الأقل
   *[other] { $length } حرف على الأقل
}
rule_exclude_username = لا تتضمن اسمك
rule_common = ليست شائعة بين الناس
rule_strength = ليست سهلة التخمين

## What is wrong with the form. The first three are known to operators’ own templates.

problem_fields = يُرجى ملء جميع الحقول.
problem_name_characters = يحتوي اسم المستخدم هذا على رموز غير صالحة.
problem_name_taken = اسم المستخدم هذا محجوز بالفعل.
problem_name_missing = يُرجى اختيار اسم.
problem_name_long = هذا الاسم طويل جدًا. يُرجى اختيار اسم أقصر.
problem_name_reserved = هذه الدعوة مخصصة للاسم { $username } فقط.
problem_name_reserved_taken = هذا الاسم مستخدم بالفعل. هل هذا حسابك؟ إذًا يمكنك فتح تطبيقك وتسجيل الدخول. وإلا فيُرجى طلب دعوة جديدة.
problem_name_free = هذه الأسماء متاحة:
problem_password_no_password = يُرجى اختيار كلمة مرور.
problem_password_characters = تحتوي كلمة المرور على رموز لا يمكن استخدامها في كلمات المرور.
problem_title = يُرجى مراجعة ما يلي
# The rules of the password policy, by their names
problem_password_length = كلمة المرور قصيرة جدًا (الحد الأدنى لعدد الأحرف: { $length }).
problem_password_max_length = كلمة المرور طويلة جدًا (الحد الأقصى لعدد الأحرف: { $max_length }).
problem_password_username = يجب ألا تتضمن كلمة المرور اسم المستخدم.
problem_password_common = يستخدم كثير من الناس كلمة المرور هذه. يُرجى اختيار كلمة مرور أخرى.
problem_password_strength = كلمة المرور هذه سهلة التخمين. يُرجى جعلها أطول أو أقل شيوعًا.

## The account is there

success_title = مرحبًا بك في { $site_name }
success_heading = حسابك جاهز
success_text = لقد أنشأت حسابًا على { $site_name }.
success_address = عنوان الدردشة الخاص بك
success_keep = يُرجى حفظ كلمة المرور في مكان آمن: لا يستطيع أحد قراءتها على الخادم، ولن يطلبها منك أحد أبدًا.
success_install = الحصول على { $app }
success_install_text = التطبيق غير مثبّت بعد؟ ها هو:
success_login = تسجيل الدخول في { $app }
success_login_text = بعد فتح { $app }، يمكنك تسجيل الدخول بعنوان الدردشة الخاص بك وكلمة المرور.
success_any = يمكنك فتح أي تطبيق يدعم XMPP وتسجيل الدخول بعنوان الدردشة الخاص بك وكلمة المرور.
success_webchat = الدردشة في المتصفح
success_webchat_text = لا يوجد تطبيق في متناول يدك؟ يمكنك تسجيل الدخول إلى دردشة الويب:
success_share = كيف يصل إليك أصدقاؤك
success_share_text = يمكن للأصدقاء الذين لديهم تطبيق دردشة توجيه الكاميرا نحو هذه الصورة، أو فتح عنوان الدردشة الخاص بك كرابط:
success_qr_alternative = رمز QR يحمل عنوان الدردشة الخاص بك

## Registration did not work

error_title = لم ينجح التسجيل
error_denied = التسجيل غير مسموح به.
error_elsewhere = أُرسل هذا النموذج من موقع آخر. يُرجى فتح دعوتك من جديد وملء النموذج هناك.
error_throttled = محاولات كثيرة جدًا من شبكتك. يُرجى الانتظار بضع دقائق، ثم المحاولة من جديد.
error_busy = الخادم مشغول الآن. يُرجى الرجوع والمحاولة من جديد بعد بضع ثوانٍ.
# $id is a short code for the server’s log
error_failed = حدث خطأ غير معروف ({ $id })
error_failed_text = الخطأ منّا وليس منك. يمكنك المحاولة من جديد، أو إبلاغ القائمين على { $site_name } بهذا الرمز.
error_back = العودة إلى الدعوة

## A new password

reset_title = اختيار كلمة مرور جديدة
reset_heading = اختيار كلمة مرور جديدة
reset_lead = لحسابك { $address } على { $site_name }.
reset_password_label = كلمة المرور الجديدة
reset_button = حفظ كلمة المرور الجديدة
reset_done = تم تغيير كلمة المرور
reset_done_text = يُرجى إعادة تسجيل الدخول في تطبيقاتك بكلمة المرور الجديدة، فما زالت التطبيقات تحتفظ بالقديمة.
reset_expired = انتهت صلاحية هذا الرابط
reset_expired_text = تسري روابط اختيار كلمة المرور لمدة محدودة فقط. يمكنك طلب رابط جديد من القائمين على { $site_name }.
reset_used = سبق استخدام هذا الرابط
reset_used_text = يغيّر الرابط كلمة المرور مرة واحدة فقط. إن لم يكن ذلك بفعلك، فيُرجى إبلاغ القائمين على { $site_name }.
reset_unknown = هذا الرابط غير موجود
reset_unknown_text = ربما ينقص جزء منه. يُرجى التأكد من فتح الرابط كاملًا، أو طلب رابط جديد.
reset_no_account = هذا الحساب لم يعد موجودًا
reset_no_account_text = يمكنك طلب المساعدة من القائمين على { $site_name }.

## Registration through a web form, confirmed by mail

confirm_title = تأكيد التسجيل
confirm_heading = أوشكت على الانتهاء
confirm_text = يُرجى تأكيد رغبتك في إنشاء حساب على { $site_name }.
confirm_code = الرمز الوارد في رسالة البريد التي وصلتك
confirm_failure = لم تنجح العملية
confirm_again = إدخال رمز آخر
confirm_unknown = هذا الرمز غير صالح. ربما انتهت صلاحيته، أو سبق لك استخدامه: وفي هذه الحالة حسابك جاهز ويمكنك تسجيل الدخول. وإلا فيُرجى التسجيل من جديد.
confirm_no_token = يُرجى إدخال الرمز الوارد في رسالة البريد.
confirm_name_taken = حجز شخص آخر هذا الاسم في هذه الأثناء. يُرجى التسجيل من جديد باسم آخر.
confirm_busy = الخادم مشغول جدًا. يُرجى الانتظار بضع ثوانٍ ثم المحاولة مجددًا.
confirm_failed = حدث خطأ من جهتنا. يُرجى المحاولة مجددًا بعد بضع دقائق.

## An app asks somebody to log in

login_title = تسجيل الدخول إلى { $site_name }
login_lead = يطلب منك هذا التطبيق تسجيل الدخول:
login_password_safe = لا يرى التطبيق كلمة المرور الخاصة بك. لا يراها إلا { $site_name }.
login_password_label = كلمة المرور
login_button = تسجيل الدخول
login_cancel = إلغاء والعودة إلى التطبيق
login_wrong = عنوان الدردشة أو كلمة المرور غير صحيحة. يُرجى المحاولة من جديد.
login_expired = استغرق ذلك وقتًا طويلًا. يُرجى تسجيل الدخول من جديد.
login_too_many = { $minutes ->
    [one] محاولات كثيرة جدًا. يُرجى الانتظار دقيقة واحدة، ثم المحاولة من جديد.
    [two] محاولات كثيرة جدًا. يُرجى الانتظار دقيقتين، ثم المحاولة من جديد.
    [few] محاولات كثيرة جدًا. يُرجى الانتظار { $minutes } دقائق، ثم المحاولة من جديد.
   *[other] محاولات كثيرة جدًا. يُرجى الانتظار { $minutes } دقيقة، ثم المحاولة من جديد.
}
login_busy = الخادم مشغول الآن. يُرجى المحاولة من جديد بعد بضع ثوانٍ.

## What the app may do

consent_title = هل يُسمح لهذا التطبيق باستخدام حسابك؟
consent_name_hint = تختار التطبيقات أسماءها بنفسها. أما العنوان فيبيّن مصدر هذا التطبيق.
consent_logged_in = تم تسجيل دخولك بالعنوان
consent_not_you = هذا ليس حسابك؟ استخدام حساب آخر
consent_scopes = إذا سمحت بذلك، يمكن للتطبيق
consent_nothing = لا يطلب التطبيق الاطلاع على رسائلك ولا على جهات اتصالك.
consent_policy = ما يفعله التطبيق ببياناتك
consent_terms = شروط استخدام التطبيق
consent_allow = السماح
consent_deny = الرفض

# These follow “If you allow it, the app can”
scope_openid = معرفة من أنت
scope_openid_text = عنوان الدردشة الخاص بك ووقت تسجيل دخولك
scope_offline_access = البقاء متصلًا
scope_offline_access_text = حتى أثناء غيابك، ودون سؤالك من جديد
scope_xmpp = استخدام حسابك بالكامل
scope_xmpp_text = قراءة الرسائل وإرسالها باسمك، والاطلاع على جهات اتصالك وتغييرها
# $role is the name of a role, as the server’s software has it
scope_role = التصرف بدور «{ $role }»
scope_role_text = فعل كل ما يتيحه هذا الدور على { $site_name }

## A code to copy into the app

oob_title = خطوة أخيرة
oob_text = يُرجى نسخ هذا الرمز إلى { $client_name } وعدم إظهاره لأي شخص آخر. بعد ذلك يمكنك إغلاق هذه الصفحة.
oob_label = الرمز الخاص بك
oob_copy = نسخ الرمز
oob_copied = تم النسخ

## An app on another device, such as a television

device_title = ربط جهاز
device_lead = هل يريد تطبيق على جهاز آخر تسجيل الدخول إلى { $site_name }؟ يُرجى إدخال الرمز الذي يعرضه.
device_label = الرمز
device_hint = شكل الرمز: XXXX-XXXX
device_button = متابعة
device_unknown = هذا الرمز خاطئ أو انتهت صلاحيته. يُرجى مقارنته بما يعرضه جهازك، أو البدء من جديد على الجهاز.
device_too_many = { $minutes ->
    [one] رموز خاطئة كثيرة جدًا. يُرجى الانتظار دقيقة واحدة، ثم المحاولة من جديد.
    [two] رموز خاطئة كثيرة جدًا. يُرجى الانتظار دقيقتين، ثم المحاولة من جديد.
    [few] رموز خاطئة كثيرة جدًا. يُرجى الانتظار { $minutes } دقائق، ثم المحاولة من جديد.
   *[other] رموز خاطئة كثيرة جدًا. يُرجى الانتظار { $minutes } دقيقة، ثم المحاولة من جديد.
}
device_confirm_title = هل هذا جهازك؟
device_confirm_lead = على جهاز آخر، يريد هذا التطبيق تسجيل الدخول بحسابك:
device_confirm_code = يُرجى مقارنة الرمز. يجب أن يعرض جهازك هذا الرمز:
device_confirm_text = لا داعي للمتابعة إلا إذا كان الرمز نفسه، وكنت قد بدأت ذلك بنفسك الآن.
device_confirm_button = نعم، متابعة
device_confirm_stop = لم يكن ذلك بفعلك، أو أرسل إليك شخص ما هذا الرمز؟ يُرجى إذن إغلاق هذه الصفحة. لم يحدث شيء.
device_done = تم ربط جهازك
device_done_text = يمكنك العودة إلى جهازك لمتابعة استخدام { $client_name } هناك، وإغلاق هذه الصفحة.

## The app cannot be let in

oauth_error_title = لم يتم ربط التطبيق
oauth_error_request = لم نفهم ما يطلبه التطبيق. لم يحدث شيء: يُرجى العودة إلى التطبيق والمحاولة من جديد، أو إبلاغ مطوّريه.
oauth_error_client = لا نعرف هذا التطبيق، أو لم نعد نعرفه. يُرجى العودة إلى التطبيق والبدء من جديد، أو إبلاغ مطوّريه.
oauth_error_redirect = يريد التطبيق إرسالك إلى مكان لم يُخبرنا به. لسلامتك نتوقف هنا: يُرجى إبلاغ مطوّري التطبيق.
oauth_error_elsewhere = أُرسل هذا النموذج من موقع آخر. يُرجى العودة إلى التطبيق والبدء من جديد هناك.
oauth_error_form = وصل النموذج تالفًا. يُرجى الرجوع والمحاولة من جديد.
oauth_error_denied = لقد رفضت. لم يحصل التطبيق على أي شيء، ويمكنك إغلاق هذه الصفحة.
oauth_error_nothing = لا يستطيع حسابك منح التطبيق أي شيء مما يطلبه. لم يحدث شيء.
oauth_error_failed = حدث خطأ من جهتنا. يُرجى الانتظار لحظة، ثم المحاولة من جديد.
oauth_error_details = تفاصيل لمطوّري التطبيق:
